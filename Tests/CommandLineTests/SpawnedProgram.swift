import CSpawn
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that was started, and how it ended.
///
/// Not Foundation's `Process`: it lists the open files of the process that starts another, and reads beyond its buffer
/// (`d_name` is copied with all its 256 bytes) when they are above a thousand, as they are while all tests run. Here the
/// system closes what the program must not inherit, whatever is open.
struct SpawnedProgram: Sendable {
  /// The number that the system gave the process.
  let identifier: Int32
  private let ending = Ending()
  private let ends: AsyncStream<Void>

  /// Starts a program in a folder. What it writes goes to two files, which are made or emptied; there is no input.
  init(
    _ executable: String, _ arguments: [String], environment: [String: String], folder: String,
    output: String,
    errors: String
  ) throws {
    let (ends, continuation) = AsyncStream<Void>.makeStream()
    self.ends = ends
    identifier = try Self.spawn(
      executable, arguments: arguments, environment: environment, folder: folder, output: output,
      errors: errors)
    Thread.detachNewThread { [identifier, ending] in
      let status = Self.wait(for: identifier)
      ending.status.withLock { $0 = status }
      continuation.finish()
    }
  }

  /// Runs a short program to its end, and gives its exit code: nil if a signal ended it.
  static func exitCode(
    _ executable: String, _ arguments: [String], folder: String = ".", errors: String = "/dev/null"
  ) throws -> Int32? {
    let status = wait(
      for: try spawn(
        executable, arguments: arguments, environment: ProcessInfo.processInfo.environment,
        folder: folder,
        output: "/dev/null", errors: errors))
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }

  /// Waits for the end.
  func ended() async { for await _ in ends {} }

  var isRunning: Bool { ending.status.withLock { $0 == nil } }

  /// After the end: the exit code, or the signal that ended it.
  var status: Int32 { wasKilled ? wait & 0x7F : wait >> 8 & 0xFF }

  /// Whether a signal ended it.
  var wasKilled: Bool { wait & 0x7F != 0 }

  private var wait: Int32 { ending.status.withLock { $0 ?? 0 } }

  /// Sends a signal, such as `SIGKILL`, which no program can prepare for.
  func send(_ signal: Int32) { if isRunning { kill(identifier, signal) } }

  private final class Ending: Sendable {
    /// What `waitpid` gave; nil before.
    let status = Mutex<Int32?>(nil)
  }

  private static func wait(for identifier: Int32) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) == -1, errno == EINTR {}
    return status
  }

  private static func spawn(
    _ executable: String, arguments: [String], environment: [String: String], folder: String,
    output: String,
    errors: String
  ) throws -> Int32 {
    let argv = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
    let envp = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var identifier: pid_t = 0
    let code = unsafe spawn_program(&identifier, executable, argv, envp, folder, output, errors)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    return identifier
  }
}
