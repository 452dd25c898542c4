import Adapters
import Checkpoints
import Experiments

extension Reducer.Outcome {
  /// Writes the adapter's folder.
  func publish(
    to path: String, format: any AdapterFormat.Type = PEFTFormat.self, prefix: String? = nil,
    type: DataType? = nil
  ) async throws {
    let work = try PartialWork(for: path, fingerprint: "test", resuming: false)
    try await work.publishing {
      try write(into: work, format: format, prefix: prefix, type: type, card: "")
    }
  }
}
