extension [Double] {
  /// Fills a new array without clearing it first, because clearing takes as long as filling.
  /// - Parameter fill: Writes every place of the buffer, or throws.
  init(
    count: Int,
    fill: (UnsafeMutableBufferPointer<Double>) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if count == 0 {
      // Filling a new array without room would write the count of the one that all threads share.
      try unsafe fill(UnsafeMutableBufferPointer(start: nil, count: 0))
      self = []
      return
    }
    var failure: CheckpointError?
    let values = unsafe [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(CheckpointError) {
        try unsafe fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self = values
  }
}
