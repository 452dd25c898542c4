import CKernels
import LinearAlgebra

/// Which kernels compute a run: those of OpenBLAS, and the copy of this program's loops that fits the processor. Training
/// magnifies a difference in the last digit, so a run repeats bit for bit only where both are the same.
package enum TrainingKernels {
  /// Raised when this program rounds a sum or a product in another way than before.
  private static let revision = 4

  /// Such as `Haswell+x86-64-v3+r4`, without spaces.
  package static let name = {
    let level = unsafe String(cString: sigmascope_vector_level())
    return "\(LinearAlgebraLibrary.current.core)+\(level)+r\(revision)"
  }()

  /// What an error says of finished work that others computed.
  package static func mismatch(at path: String, before: String, here: String) -> String {
    "'\(path)' was computed with the kernels '\(before)', and '\(here)' compute here, which give other runs of the "
      + "same seeds: go on there, put both together with --resume --mix-kernels, or give another folder with --out"
  }
}
