import ArgumentParser
import Documents
import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension AddressSpace {
  /// Ends the program where OpenBLAS cannot get its buffers. It would ask for them without end, even while the program
  /// exits, so no exit handler may run.
  static func requireRoom() {
    guard let limit, limit < reserved() else { return }
    let isRemedied = limit >= reserved(threads: 1)
    Terminal.say(
      "error: the address space is limited to \(limit >> 20) MB (ulimit -v), and the linear algebra needs "
        + "\(reserved() >> 20) MB on this machine; raise the limit"
        + (isRemedied ? ", or set OPENBLAS_NUM_THREADS=1" : ""))
    _exit(Failure.badInput.rawValue)
  }
}
