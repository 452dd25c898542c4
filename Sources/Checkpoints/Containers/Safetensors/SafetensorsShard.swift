package import Documents
import Foundation

/// A safetensors file whose tensors are written a part at a time, in any order and by several tasks: its header is known
/// from their types and shapes. It belongs into a folder that appears whole (`AtomicFolder`).
package struct SafetensorsShard: Sendable {
  /// A tensor to come.
  package struct Tensor: Sendable {
    package let name: String
    package let dataType: DataType
    package let shape: [Int]

    package init(name: String, dataType: DataType, shape: [Int]) {
      self.name = name
      self.dataType = dataType
      self.shape = shape
    }

    /// How many bytes its elements take.
    /// - Precondition: The type has whole bytes, and the shape is one of a file that was read.
    package var byteCount: Int {
      shape.reduce(1, *) * dataType.block.bytes / dataType.block.elements
    }
  }

  private let path: String
  private let file: PositionedFile
  private let offsets: [String: Int]

  /// Makes the file, with its header and its full length.
  /// - Parameter mayExist: Whether a file at the path is written further, with the tensors that it has.
  /// - Throws: `OutputError.cannotWrite`.
  package init(
    path: String, tensors: [Tensor], metadata: [String: String], mayExist: Bool = false
  ) throws(OutputError) {
    let layout = SafetensorsLayout(
      tensors.map { ($0.name, $0.dataType, $0.shape, $0.byteCount) }, metadata)
    self.path = path
    file = try PositionedFile(creating: path, byteCount: layout.byteCount, mayExist: mayExist)
    offsets = Dictionary(
      zip(tensors.map(\.name), layout.offsets), uniquingKeysWith: { first, _ in first })
    let length = UInt64(layout.header.count)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }, at: 0)
    try file.write(layout.header, at: 8)
  }

  /// Writes a part of a tensor.
  /// - Parameters:
  ///   - bytes: The elements as they are stored, little-endian.
  ///   - tensor: One of the file.
  ///   - position: Where they begin in it, in bytes.
  /// - Throws: `OutputError.cannotWrite`.
  package func write(
    _ bytes: [UInt8], of tensor: String, at position: Int
  ) throws(OutputError) {
    try file.write(bytes, at: offset(of: tensor) + position)
  }

  /// Adds what is written of a tensor to a hash.
  /// - Parameters:
  ///   - range: A part of it, in bytes.
  ///   - tensor: One of the file.
  ///   - hash: Takes the bytes.
  /// - Throws: `OutputError.cannotReadBack`.
  package func add(
    _ range: Range<Int>, of tensor: String, to hash: ContentHasher
  ) throws(OutputError) {
    let written = try RangedFile(path)
    let offset = offset(of: tensor)
    try hash.update(offset + range.lowerBound..<offset + range.upperBound) {
      (part) throws(OutputError) in [UInt8](try written.data(part))
    }
  }

  private func offset(of tensor: String) -> Int {
    guard let offset = offsets[tensor] else {
      preconditionFailure("a part of a tensor that the header does not name")
    }
    return offset
  }
}
