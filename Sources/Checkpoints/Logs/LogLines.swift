/// The lines of a text that are not empty, without a byte order mark and without their ends.
struct LogLines: Sequence, IteratorProtocol {
  struct Line {
    /// From 1.
    let number: Int
    let bytes: ArraySlice<UInt8>
    /// Whether the text ends within the line, which may still be written.
    let isCut: Bool
  }

  private var rest: ArraySlice<UInt8>
  private var number = 0

  init(_ bytes: [UInt8]) {
    rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
  }

  mutating func next() -> Line? {
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      var line = rest[..<(end ?? rest.endIndex)]
      rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if !line.isEmpty { return Line(number: number, bytes: line, isCut: end == nil) }
    }
    return nil
  }
}
