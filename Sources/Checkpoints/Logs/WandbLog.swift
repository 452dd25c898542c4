import Documents

/// The file of a W&B run (`wandb/offline-run-…/run-ID.wandb`; runs that are online keep it as well): messages `Record`
/// in the framing of LevelDB's log.
///
/// Formats: LevelDB's `log_format.md`, W&B's `datastore.py` and `wandb_internal.proto`.
enum WandbLog: LogReader {
  static let name = "W&B"

  static func recognises(_ fileName: String) -> Bool { fileName.hasSuffix(".wandb") }

  /// The folder's name has the time: `offline-run-20260101_000000-ID`, `run-…`.
  static func order(of path: String) -> String {
    FileSystem.lastComponent(of: FileSystem.parent(of: path)).replacing(
      "offline-", with: "", maxReplacements: 1)
  }

  static func read(_ bytes: [UInt8]) -> LogContents {
    var contents = LogContents()
    guard bytes.starts(with: Array(":W&B".utf8) + [0xE1, 0xBE]) else {
      if bytes.count >= headerSize { contents.fault = "it does not begin as a file of W&B" }
      return contents
    }
    var position = headerSize
    var record: [UInt8] = []
    while position < bytes.count {
      let left = blockSize - position % blockSize
      // Too few bytes for a frame, at the end of a block, are filling.
      if left < frameSize {
        position += left
        continue
      }
      var header = bytes[position..<min(position + frameSize, bytes.count)]
      guard let sum = header.popLittleEndian(UInt32.self),
        let length = header.popLittleEndian(UInt16.self),
        let kind = header.popFirst()
      else { break }
      let end = position + frameSize + Int(length)
      guard end <= bytes.count else { break }
      // The checksum is over the kind as well.
      if CyclicChecksum.ieee.of(bytes[position + 6..<end]) != sum || Int(length) > left - frameSize
      {
        contents.fault = "the frame at byte \(position) does not fit its checksum"
        break
      }
      if kind == wholeKind || kind == firstKind { record = [] }
      record += bytes[position + frameSize..<end]
      if kind == wholeKind || kind == lastKind, let message = ProtocolMessage(record[...]) {
        contents.rows += message.messages(2).compactMap(row)
      }
      position = end
    }
    return contents
  }

  private static let headerSize = 7
  private static let blockSize = 32_768
  private static let frameSize = 7
  private static let (wholeKind, firstKind, lastKind): (UInt8, UInt8, UInt8) = (1, 2, 4)

  /// A `HistoryRecord`: items with a key, or the parts of one, and a value as JSON.
  private static func row(of history: ProtocolMessage) -> HistoryRow? {
    let columns = history.messages(1).flatMap { item -> [(name: String, value: Double)] in
      let parts = item.texts(2)
      let name = parts.isEmpty ? item.texts(1).last ?? "" : parts.joined(separator: "/")
      guard let text = item.bytes(16).last,
        let value = try? JSONValue(parsing: Array(text), dialect: .python)
      else { return [] }
      return value.loggedColumns(under: name)
    }
    return HistoryRow(logged: columns, step: history.messages(2).last.map { $0.integer(1) ?? 0 })
  }
}
