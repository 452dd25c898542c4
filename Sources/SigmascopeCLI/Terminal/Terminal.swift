import Documents
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines for people: results go to standard output, everything else to standard error. Names in them come from files,
/// so every line passes `String.shownLine`. A message that cannot be written is dropped, because no work should be lost
/// for it.
enum Terminal {
  /// Whether standard error is a terminal.
  static let isInteractive = isatty(STDERR_FILENO) != 0

  /// Whether standard output is one.
  private static let isOutputInteractive = isatty(STDOUT_FILENO) != 0

  /// Whether the last line of the terminal is one that changes.
  private static let hasChangingLine = Mutex(false)

  /// Writes a line to standard error; on a terminal it is broken between words.
  static func say(_ line: String) {
    let lines = WordWrap.lines(line.shownLine, width: isInteractive ? width : nil, hanging: 2)
    endLine()
    write(lines.joined(separator: "\n") + "\n")
  }

  /// Writes a line of a result to standard output; on a terminal it is broken between words.
  /// - Parameters:
  ///   - line: The line; what it begins with is coloured.
  ///   - length: How many of its first characters.
  ///   - ink: Their colour.
  static func show(_ line: String, coloring length: Int = 0, _ ink: Ink = .plain) {
    var lines = WordWrap.lines(
      line.shownLine, width: outputWidth, hanging: 2)
    lines[0] = ink(String(lines[0].prefix(length))) + lines[0].dropFirst(length)
    endLine()
    for line in lines { print(line) }
  }

  /// Replaces the current line; only for a terminal.
  static func replaceLine(with line: String) {
    hasChangingLine.withLock { $0 = !line.isEmpty }
    write("\r\u{1B}[2K\(line)")
  }

  /// Leaves a line that changed as it is: what follows stands below.
  private static func endLine() {
    let wasChanging = hasChangingLine.withLock { isChanging in
      defer { isChanging = false }
      return isChanging
    }
    if wasChanging { write("\n") }
  }

  private static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// The width of the terminal that results are shown on; nil if they go elsewhere.
  static var outputWidth: Int? { isOutputInteractive ? width : nil }

  /// The width of the terminal in characters.
  static var width: Int {
    var size = winsize()
    let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 80
  }

  /// Occupies those of the three standard descriptors that are closed. A file that is opened later would else get one of
  /// them, and messages would go into it. What is written to them still fails.
  static func occupyClosedDescriptors() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      // The lowest number that is free, which is this one.
      _ = unsafe open("/dev/null", O_RDONLY)
    }
  }

  /// Lets a message to a pipe that nobody reads any more fail, in place of ending the program.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Writes out what was printed.
  /// - Throws: `OutputError` if any of the results could not be written to standard output. If nobody reads them any
  ///   more, the program ends as others do, by SIGPIPE.
  static func finishResults() throws(OutputError) {
    // All streams, because Swift does not let the variable of one stream be read.
    guard fflush(nil) != 0 else { return }
    let code = errno
    if code == EPIPE {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    throw .cannotPrint(reason: OutputError.words(code))
  }
}
