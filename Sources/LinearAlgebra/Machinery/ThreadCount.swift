import COpenBLAS

/// How many threads OpenBLAS uses inside one routine. The setting holds for the whole process.
///
/// For many small matrices: one thread each, and several tasks in parallel. For one huge matrix: all threads
/// inside OpenBLAS. Both at once is slower than either (measured). So the executable sets one thread when it
/// starts, and ``raised(to:_:)`` raises the number during the work on a huge matrix.
public enum ThreadCount {
  /// Sets the number of threads of every later routine.
  public static func set(_ count: Int) { openblas_set_num_threads(Int32(max(1, count))) }

  /// Runs work with this many threads per routine, then sets one thread again.
  /// - Throws: What `work` throws.
  public static func raised<Result>(
    to count: Int, _ work: () async throws -> Result
  ) async rethrows -> Result {
    set(count)
    defer { set(1) }
    return try await work()
  }

  /// How many processors this process may use.
  public static var processors: Int { Int(openblas_get_num_procs()) }
}

/// What the linear algebra runs on, for `doctor` and summaries.
public struct LinearAlgebraLibrary: Sendable {
  /// OpenBLAS's own description: version, build options, kernel.
  public let configuration: String
  /// The processor family whose kernels are in use.
  public let core: String

  public static var current: LinearAlgebraLibrary {
    LinearAlgebraLibrary(
      configuration: unsafe String(cString: openblas_get_config()),
      core: unsafe String(cString: openblas_get_corename()))
  }
}
