import Dispatch

/// Divides work into a fixed number of parts and runs some of them in parallel: the results are the same, bit for
/// bit, for any number of threads.
struct Lanes: Sendable {
  /// The number of parts.
  let count: Int
  /// How many parts run in parallel.
  let threads: Int

  init(count: Int, threads: Int) {
    precondition(count > 0 && threads > 0, "there is at least one lane and one thread")
    self.count = count
    self.threads = min(count, threads)
  }

  /// Calls the body once for each lane, several in parallel; returns when all are done.
  func forEach(_ body: (Int) -> Void) {
    guard threads > 1 else {
      for lane in 0..<count { body(lane) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // The compiler cannot see that lanes write to nothing that they share; each has its own pass.
      nonisolated(unsafe) let shared = body
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for lane in stride(from: thread, to: count, by: threads) { unsafe shared(lane) }
      }
    }
  }

  /// The items of `total` that a lane gets: consecutive, divided as evenly as possible.
  func share(_ lane: Int, of total: Int) -> Range<Int> {
    lane * total / count..<(lane + 1) * total / count
  }
}
