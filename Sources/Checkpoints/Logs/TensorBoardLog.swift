/// An event file of TensorBoard (`events.out.tfevents.*`): records of TFRecord with a message `Event` each.
///
/// Formats: TensorFlow's `record_writer.h`, `event.proto`, `summary.proto`, `tensor.proto`.
enum TensorBoardLog: LogReader {
  static let name = "TensorBoard"

  static func recognises(_ fileName: String) -> Bool { fileName.hasPrefix("events.out.tfevents.") }

  /// The name begins with the time; folders may be named by months.
  static func order(of path: String) -> String { FileSystem.lastComponent(of: path) }

  static func read(_ bytes: [UInt8]) -> LogContents {
    var contents = LogContents()
    var rest = bytes[...]
    while !rest.isEmpty, contents.fault == nil {
      let start = rest.startIndex
      let header = rest.prefix(8)
      guard let length = rest.popLittleEndian(UInt64.self),
        let headerSum = rest.popLittleEndian(UInt32.self)
      else { break }
      if masked(header) != headerSum {
        contents.fault = "the length of the record at byte \(start) does not fit its checksum"
        break
      }
      // The record may still be written.
      guard let length = Int(exactly: length), length <= rest.count - 4, rest.count >= 4 else {
        break
      }
      let record = rest.prefix(length)
      rest = rest.dropFirst(length)
      if rest.popLittleEndian(UInt32.self) != masked(record) {
        contents.fault = "the record at byte \(start) does not fit its checksum"
        break
      }
      guard let event = ProtocolMessage(record) else { continue }
      let columns = columns(of: event)
      // The first step is 0, which the encoding leaves out.
      if !columns.isEmpty {
        contents.add(columns, step: event.integer(2) ?? 0, time: event.double(1))
      }
    }
    return contents
  }

  /// The checksum as TFRecord stores it, changed so that a checksum of checksums is sound.
  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let sum = CyclicChecksum.castagnoli.of(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// The scalars of an event.
  private static func columns(of event: ProtocolMessage) -> [(name: String, value: Double)] {
    event.messages(5).flatMap { $0.messages(1) }.compactMap { value in
      value.texts(1).last.flatMap { tag in (value.float(2) ?? scalar(of: value)).map { (tag, $0) } }
    }
  }

  /// The number of a tensor of one element: of type 1 (single precision) or 2 (double), as bytes or as a list.
  private static func scalar(of value: ProtocolMessage) -> Double? {
    guard let tensor = value.messages(8).last else { return nil }
    let dimensions = tensor.messages(2).flatMap { $0.messages(2) }
    guard dimensions.allSatisfy({ $0.integer(1) == 1 }) else { return nil }
    switch tensor.integer(1) {
    case 1:
      let stored = (tensor.bytes(4) + tensor.bytes(5)).first { $0.count == 4 }
      guard var bytes = stored else { return tensor.float(5) }
      return bytes.popLittleEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
    case 2:
      guard var bytes = (tensor.bytes(4) + tensor.bytes(6)).first(where: { $0.count == 8 }) else {
        return nil
      }
      return bytes.popLittleEndian(UInt64.self).map(Double.init(bitPattern:))
    default: return nil
    }
  }
}
