import Checkpoints
import Updates

/// The numbers of a tensor that is written whole, read when they are written.
enum WholeValues: Sendable {
  case stored(StoredMatrix)
  /// Numbers that are in no file, and the type in which the base stores them.
  case computed([Double], like: DataType)

  /// The type in which they can be written without a change.
  var dataType: DataType {
    let type =
      switch self {
      case .stored(let matrix): matrix.storageType
      case .computed(_, let type): type
      }
    return [.float16, .bfloat16, .float32].contains(type) ? type : .float32
  }

  /// Hands out all numbers in order, at most about half a million at once.
  func forEachBlock(_ body: ([Double]) throws -> Void) throws {
    switch self {
    case .computed(let values, _): try body(values)
    case .stored(let matrix):
      let height = max(1, (1 << 19) / max(matrix.columns, 1))
      for start in stride(from: 0, to: matrix.rows, by: height) {
        try body(matrix.values(rows: start..<min(start + height, matrix.rows)))
      }
    }
  }
}
