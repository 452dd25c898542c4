import Dispatch

/// Divides work into parts that do not depend on how many processors there are, and does some of them at
/// once: the same results, bit for bit, on any machine.
struct Lanes: Sendable {
  /// Into how many parts work is divided.
  let count: Int
  /// How many are done at once.
  let threads: Int

  init(count: Int, threads: Int) {
    precondition(count > 0 && threads > 0, "there is at least one lane and one thread")
    self.count = count
    self.threads = min(count, threads)
  }

  /// Calls the body once for each lane, several at once; returns when all are done.
  func forEach(_ body: (Int) -> Void) {
    guard threads > 1 else {
      for lane in 0..<count { body(lane) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // The compiler cannot see that lanes share nothing that they write; each has its own pass.
      nonisolated(unsafe) let shared = body
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for lane in stride(from: thread, to: count, by: threads) { unsafe shared(lane) }
      }
    }
  }

  /// Which of `total` things each lane takes: consecutive, as even as can be.
  func share(_ lane: Int, of total: Int) -> Range<Int> {
    lane * total / count..<(lane + 1) * total / count
  }
}
