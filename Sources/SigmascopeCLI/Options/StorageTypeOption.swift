import ArgumentParser
import Checkpoints

/// A type in which weights are written.
enum StorageTypeOption: String, ExpressibleByArgument, CaseIterable {
  case float32, float16, bfloat16

  var dataType: DataType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }
}
