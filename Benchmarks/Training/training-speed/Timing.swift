/// Seconds of each repeat beside the tokens it handled.
struct Timing {
  var seconds: [Double] = []
  var tokens: [Int] = []

  /// Runs a job some times unmeasured, then measured.
  /// - Parameters:
  ///   - repeats: How many times it is measured.
  ///   - warmup: How many times it runs before.
  ///   - job: Returns how many tokens it handled.
  init(repeats: Int, warmup: Int = 3, _ job: () -> Int) {
    for _ in 0..<warmup { _ = job() }
    let clock = ContinuousClock()
    for _ in 0..<repeats {
      var count = 0
      let elapsed = clock.measure { count = job() }
      seconds.append(elapsed / .seconds(1))
      tokens.append(count)
    }
  }

  /// Tokens per second of each repeat.
  var rates: [Double] { zip(tokens, seconds).map { Double($0) / $1 } }
}

extension [Double] {
  /// The middle value, or the mean of the middle two; of at least one.
  var median: Double {
    precondition(!isEmpty, "nothing has no median")
    let ordered = sorted()
    return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
  }
}
