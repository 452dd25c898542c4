import ArgumentParser
import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs work that SIGINT (Ctrl-C) and SIGTERM stop cleanly, so that it can be resumed.
enum Interruption {
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
    StopSignals.shared.begin(saying: note) { task.cancel() }
    defer { StopSignals.shared.end() }
    do {
      return try await task.value
    } catch is CancellationError {
      Terminal.say(note)
      throw Failure.interrupted
    }
  }
}

/// SIGINT and SIGTERM, from the first work that they may stop to the end of the process.
///
/// The sources are made once: one that follows another of the same signal, which was cancelled, gets none (libdispatch on
/// Linux). All state is changed on one queue, which needs no thread of the tasks: all of them may be at work.
private final class StopSignals: @unchecked Sendable {
  static let shared = StopSignals()

  /// How long work may go on after it was cancelled: it looks between the steps of a training and between the matrices
  /// of an analysis, of which a large one takes minutes.
  private static let patience = DispatchTimeInterval.seconds(2)

  private let queue = DispatchQueue(label: "sigmascope.signals")
  private var sources: [any DispatchSourceSignal] = []
  /// Of the work that has begun and not ended.
  private var cancel: (() -> Void)?
  private var note = ""
  private var isStopping = false
  /// How much work has begun.
  private var count = 0

  private init() {
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before anything is put away.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { self.stop() }
      source.resume()
      return source
    }
  }

  func begin(saying note: String, cancel: @escaping @Sendable () -> Void) {
    queue.sync {
      count += 1
      self.note = note
      self.cancel = cancel
      isStopping = false
    }
  }

  func end() { queue.sync { cancel = nil } }

  private func stop() {
    // Whoever asks again does not want to wait, and between two works nothing has to be put away. No handlers of `exit`
    // run, because they would take apart what the work still uses.
    guard let cancel, !isStopping else { _exit(Failure.interrupted.rawValue) }
    isStopping = true
    Terminal.say("stopping; again to end at once")
    cancel()
    queue.asyncAfter(deadline: .now() + Self.patience) { [count] in
      guard self.cancel != nil, self.count == count else { return }
      Terminal.say(self.note)
      _exit(Failure.interrupted.rawValue)
    }
  }
}
