import Checkpoints
import Documents
import Foundation

/// The files that `Tests/Fixtures/make_containers.py` wrote.
enum ContainerFixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/containers").path

  static func store(_ name: String) throws -> TensorStore { try TensorStore(file: path(name)) }

  static func path(_ name: String) -> String { folder + "/" + name }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: bytes(name)) }

  /// The elements that the script gives a tensor.
  static func fill(_ name: String, count: Int) -> [Double] {
    let first = name.utf8.reduce(0) { $0 + Int($1) } % 97
    return (0..<count).map { Double(first) + Double($0) / 64 }
  }
}

extension JSONValue {
  /// An array of integers.
  var integers: [Int] { (array ?? []).compactMap(\.integer) }
}
