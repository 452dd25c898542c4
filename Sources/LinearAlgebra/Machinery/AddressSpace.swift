import COpenBLAS

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The limit of this process's address space (`ulimit -v`) and what OpenBLAS takes of it.
package enum AddressSpace {
  /// The limit in bytes; nil if there is none.
  package static var limit: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let code = unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let code = unsafe getrlimit(RLIMIT_AS, &limit)
    #endif
    guard code == 0, let bytes = Int(exactly: limit.rlim_cur), bytes < .max else { return nil }
    return bytes
  }

  /// The bytes that the program and the buffers of OpenBLAS take. Each thread of OpenBLAS has a buffer, and so has each
  /// of the threads that call it at once, at most as many as there are processors. A buffer that it does not get it asks
  /// for again, without end.
  /// - Parameter threads: The threads that OpenBLAS started.
  package static func reserved(threads: Int = startedThreads) -> Int {
    program + (threads - 1 + ThreadCount.processors) * buffer
  }

  /// The bytes that are left for matrices; nil if there is no limit.
  package static var room: Int? { limit.map { max(0, $0 - reserved()) } }

  /// How many threads OpenBLAS started, its caller counted. Asked once, before ``ThreadCount/set(_:)``, which lets them
  /// sleep but does not end them.
  package static let startedThreads = Int(openblas_get_num_threads())

  /// Code, libraries and stacks: 135 MB were measured.
  private static let program = 192 << 20
  /// 128 MB, and what `malloc` adds.
  private static let buffer = 129 << 20
}
