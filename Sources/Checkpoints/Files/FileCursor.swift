/// Reads the fields of a binary header one after another, through a window of the file.
struct FileCursor {
  private let file: OpenFile
  /// The format's name for messages.
  private let format: String
  /// Where the next field begins.
  private(set) var position: Int
  /// Fields end here.
  let end: Int
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowSize = 1 << 16

  /// - Precondition: The range lies inside the file.
  init(_ file: OpenFile, format: String, range: Range<Int>) {
    self.file = file
    self.format = format
    position = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - position }

  func damaged(_ fault: String) -> CheckpointError {
    .damaged(file: file.path, format: format, fault: fault)
  }

  /// Makes sure that so many bytes of the field are there.
  private mutating func need(_ count: Int, _ field: String) throws(CheckpointError) {
    if count < 0 || count > remaining {
      throw damaged("it ends at byte \(end), inside \(field)")
    }
    if position >= windowStart, position + count <= windowStart + window.count { return }
    windowStart = position
    window = try file.bytes(
      at: position, count: min(remaining, max(count, Self.windowSize)))
  }

  mutating func byte(_ field: String) throws(CheckpointError) -> UInt8 {
    try need(1, field)
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// A little-endian number.
  mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type, _ field: String
  ) throws(CheckpointError) -> Number {
    let size = Number.bitWidth / 8
    try need(size, field)
    var number: Number = 0
    for i in (0..<size).reversed() {
      number = number << 8 | Number(truncatingIfNeeded: window[position - windowStart + i])
    }
    position += size
    return number
  }

  /// A length of eight bytes; more than the rest of the file is refused.
  mutating func length(_ field: String) throws(CheckpointError) -> Int {
    let value = try integer(UInt64.self, field)
    guard let length = Int(exactly: value), length <= remaining else {
      throw damaged("\(field) says \(value), and \(remaining) bytes follow")
    }
    return length
  }

  mutating func bytes(_ count: Int, _ field: String) throws(CheckpointError) -> [UInt8] {
    try need(count, field)
    defer { position += count }
    return Array(window[position - windowStart..<position - windowStart + count])
  }

  mutating func skip(_ count: Int, _ field: String) throws(CheckpointError) {
    if count < 0 || count > remaining {
      throw damaged("it ends at byte \(end), inside \(field)")
    }
    position += count
  }

  /// The bytes of a line without its end, which is stepped over.
  mutating func line(limit: Int, _ field: String) throws(CheckpointError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let next = try byte(field)
      if next == UInt8(ascii: "\n") { return line }
      if line.count == limit { throw damaged("\(field) is longer than \(limit) bytes") }
      line.append(next)
    }
  }
}
