import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program while it runs. Its output goes to files: a pipe that nobody reads would block it.
struct RunningSigmascope {
  private let process = Process()
  private let ends: AsyncStream<Void>
  private let output: URL
  private let errors: URL

  init(executable: URL, arguments: [String], environment: [String: String], folder: URL) throws {
    let name = UUID().uuidString
    output = folder.appendingPathComponent("\(name).stdout")
    errors = folder.appendingPathComponent("\(name).stderr")
    try Data().write(to: output)
    try Data().write(to: errors)
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let (ends, continuation) = AsyncStream<Void>.makeStream()
    self.ends = ends
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
  }

  /// Waits for the end.
  func ended() async { for await _ in ends {} }

  /// The number that the system gave the process.
  var identifier: Int32 { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  /// After the end: the exit code, or the signal that ended it.
  var status: Int32 { process.terminationStatus }

  /// Whether a signal ended it.
  var wasKilled: Bool { process.terminationReason == .uncaughtSignal }

  /// Sends a signal, such as `SIGKILL`, which no program can prepare for.
  func send(_ signal: Int32) { kill(identifier, signal) }

  func standardOutput() throws -> String { try String(contentsOf: output, encoding: .utf8) }

  func standardError() throws -> String { try String(contentsOf: errors, encoding: .utf8) }
}
