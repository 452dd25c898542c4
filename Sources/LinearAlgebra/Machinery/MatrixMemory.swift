import COpenBLAS

/// How the memory of matrices is asked of the system.
public enum MatrixMemory {
  /// Keeps the memory of freed matrices for the next ones.
  ///
  /// By default every large array is mapped and cleared anew: a tenth of the time of an analysis. To be
  /// called once, by the executable, before the first matrix.
  public static func keepFreedBlocks() {
    #if os(Linux)
      mallopt(M_ARENA_MAX, 1)
      mallopt(M_MMAP_THRESHOLD, 1 << 30)
      mallopt(M_TRIM_THRESHOLD, 1 << 28)
    #endif
  }
}
