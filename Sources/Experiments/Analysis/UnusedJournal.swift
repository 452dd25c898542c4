import Foundation

/// A journal in the workspace of an analysis of which nothing is used, in a line that says why.
package struct UnusedJournal: CustomStringConvertible, Sendable {
  /// Its file.
  package let name: String
  package let description: String

  /// - Parameters:
  ///   - path: Of the journal.
  ///   - kernel: The BLAS kernel that computed it; nil if it is of another analysis.
  ///   - here: The kernel that computes here.
  init(path: String, kernel: String?, here: String) {
    let name = URL(fileURLWithPath: path).lastPathComponent
    self.name = name
    description =
      kernel.map {
        "'\(name)' was computed with the BLAS kernel '\($0)', and here '\(here)' computes: it is not used; "
          + "--mix-kernels puts both together"
      } ?? "'\(name)' is of other files or options, or of another version; it is not used"
  }
}
