import CProcess

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The niceness that the process was started with.
enum Niceness {
  /// Lets threads that begin later have it too, in a process of root as well.
  static func keep() {
    if nice(0) > 0 { sigmascope_forgo_priority() }
  }
}
