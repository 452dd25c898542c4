extension [Double] {
  /// Fills a new array without clearing it first, because clearing takes as long as filling.
  /// - Parameter fill: Writes every place of the buffer, or throws.
  init(
    count: Int,
    fill: (UnsafeMutableBufferPointer<Double>) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
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
