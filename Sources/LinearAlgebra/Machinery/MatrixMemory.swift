import COpenBLAS

/// How the system provides memory for matrices.
package enum MatrixMemory {
  /// Keeps the memory of freed matrices for the next ones.
  ///
  /// By default the system maps and clears every large array anew, which takes a tenth of the time of an
  /// analysis. The executable calls this once, before the first matrix.
  package static func keepFreedBlocks() {
    #if os(Linux)
      mallopt(M_ARENA_MAX, 1)
      mallopt(M_MMAP_THRESHOLD, 1 << 30)
      mallopt(M_TRIM_THRESHOLD, 1 << 28)
    #endif
  }

  /// Gives memory that was freed back to the system, where its C library can.
  package static func giveBack() {
    #if os(Linux)
      malloc_trim(0)
    #endif
  }
}
