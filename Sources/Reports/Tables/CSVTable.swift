import Documents

/// A table of comma-separated values as RFC 4180 describes it, with line feeds.
///
/// Numbers are written with the fewest digits that read back to the same double; a missing value is an
/// empty cell. Text that a spreadsheet would take for a formula begins with an apostrophe.
struct CSVTable {
  private(set) var bytes: [UInt8] = []
  private var isRowStarted = false

  init(columns: [String]) {
    for column in columns { add(column) }
    endRow()
  }

  mutating func add(_ text: String) {
    separate()
    let isFormula = text.unicodeScalars.first.map {
      "=+-@\t\r".unicodeScalars.contains($0)
    }
    let text = (isFormula == true ? "'" : "") + text.wellFormed
    if text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) {
      bytes.append(UInt8(ascii: "\""))
      for byte in text.utf8 {
        if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    } else {
      bytes += text.utf8
    }
  }

  mutating func add(_ number: Int) {
    separate()
    bytes += String(number).utf8
  }

  mutating func add(_ number: Int?) {
    if let number { add(number) } else { separate() }
  }

  mutating func add(_ number: Double?) {
    separate()
    if let number, number.isFinite { bytes += number.description.utf8 }
  }

  /// The bytes so far; later rows follow them.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  mutating func endRow() {
    bytes.append(UInt8(ascii: "\n"))
    isRowStarted = false
  }

  private mutating func separate() {
    if isRowStarted { bytes.append(UInt8(ascii: ",")) }
    isRowStarted = true
  }
}
