import Documents
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines for people: results go to standard output, everything else to standard error. Names in them come from files,
/// so every line passes `String.shownLine`.
enum Terminal {
  /// Whether standard error is a terminal.
  static let isInteractive = isatty(STDERR_FILENO) != 0

  /// Writes a line to standard error.
  static func say(_ line: String) {
    FileHandle.standardError.write(Data((line.shownLine + "\n").utf8))
  }

  /// Writes a line of a result to standard output.
  static func show(_ line: String) { print(line.shownLine) }

  /// Replaces the current line; only for a terminal.
  static func replaceLine(with line: String) {
    FileHandle.standardError.write(Data("\r\u{1B}[2K\(line)".utf8))
  }

  /// The width of the terminal in characters.
  static var width: Int {
    var size = winsize()
    let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 80
  }
}
