import CKernels
import LinearAlgebra

/// Which kernels compute a run: those of OpenBLAS, and the copy of this program's loops that fits the processor. Training
/// magnifies a difference in the last digit, so a run repeats bit for bit only where both are the same.
package enum TrainingKernels {
  /// Such as `Haswell+x86-64-v3`, without spaces.
  package static let name = {
    let level = unsafe String(cString: sigmascope_vector_level())
    return "\(LinearAlgebraLibrary.current.core)+\(level)"
  }()
}
