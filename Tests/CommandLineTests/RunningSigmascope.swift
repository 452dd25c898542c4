import Foundation

/// The program while it runs. Its output goes to files: a pipe that nobody reads would block it.
struct RunningSigmascope: Sendable {
  private let program: SpawnedProgram
  private let output: URL
  private let errors: URL

  init(executable: URL, arguments: [String], environment: [String: String], folder: URL) throws {
    let name = UUID().uuidString
    output = folder.appendingPathComponent("\(name).stdout")
    errors = folder.appendingPathComponent("\(name).stderr")
    program = try SpawnedProgram(
      executable.path, arguments, environment: environment, folder: folder.path,
      output: output.path,
      errors: errors.path)
  }

  /// Waits for the end.
  func ended() async { await program.ended() }

  /// The number that the system gave the process.
  var identifier: Int32 { program.identifier }

  var isRunning: Bool { program.isRunning }

  /// After the end: the exit code, or the signal that ended it.
  var status: Int32 { program.status }

  /// Whether a signal ended it.
  var wasKilled: Bool { program.wasKilled }

  /// Sends a signal, such as `SIGKILL`, which no program can prepare for.
  func send(_ signal: Int32) { program.send(signal) }

  func standardOutput() throws -> String { try String(contentsOf: output, encoding: .utf8) }

  func standardError() throws -> String { try String(contentsOf: errors, encoding: .utf8) }
}
