import ArgumentParser
import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs work that SIGINT (Ctrl-C) and SIGTERM stop cleanly, so that it can be resumed.
enum Interruption {
  /// How long work may go on after it was cancelled: it looks between the steps of a training and between the matrices
  /// of an analysis, of which a large one takes minutes.
  private static let patience = DispatchTimeInterval.seconds(2)

  /// - Parameters:
  ///   - note: What is said when the work was stopped; nil for the command that continues it.
  ///   - work: What to run. When it does not end in time, the process does, in the middle of the work: that is as safe
  ///     as a kill, because files appear under their names whole or not at all.
  /// - Throws: What the work throws; ``Failure/interrupted`` if it was stopped.
  static func cancelling<Result: Sendable>(
    saying note: String? = nil,
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let note = note ?? "stopped; to continue: \(OwnCommand.resuming())"
    let task = Task { try await work() }
    let deadline = DispatchSource.makeTimerSource()
    // All threads of tasks may be at work, so no task may be needed here. No handlers of `exit` run, because they would
    // take apart what the work still uses.
    deadline.setEventHandler {
      Terminal.say(note)
      _exit(Failure.interrupted.rawValue)
    }
    deadline.resume()
    let sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before anything is put away.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        // Whoever asks again does not want to wait.
        if task.isCancelled { _exit(Failure.interrupted.rawValue) }
        Terminal.endLine()
        Terminal.say("stopping; again to end at once")
        task.cancel()
        deadline.schedule(deadline: .now() + patience)
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      deadline.cancel()
    }
    do {
      return try await task.value
    } catch is CancellationError {
      Terminal.say(note)
      throw Failure.interrupted
    }
  }
}
