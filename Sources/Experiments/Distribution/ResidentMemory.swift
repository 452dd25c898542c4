import Documents
import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much memory this process holds, as the system counts it.
enum ResidentMemory {
  /// What the program needs at rest, in bytes: code, runtime and the buffers of OpenBLAS for two processors.
  static let atRest = 64 << 20
  /// What it usually takes of that.
  static let usuallyAtRest = 44 << 20

  /// The bytes that are held beyond that, such as a plan; 0 where the system does not say. What was freed is given back
  /// to the system first.
  static var held: Int {
    MatrixMemory.giveBack()
    // On Linux, the second number counts the pages in memory.
    guard let bytes = try? TextFile.bytes(of: "/proc/self/statm") else { return 0 }
    let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard numbers.count > 1, let pages = Int(numbers[1]) else { return 0 }
    return max(0, pages * Int(getpagesize()) - atRest)
  }
}
