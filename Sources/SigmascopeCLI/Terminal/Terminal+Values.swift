import Documents
import Foundation

extension Terminal {
  /// Prints a document for scripts.
  /// - Throws: What encoding throws.
  static func showJSON(_ document: some Encodable) throws {
    // A line break is printed anyway.
    print(String(decoding: try JSONDocument.bytes(of: document).dropLast(), as: UTF8.self))
  }

  /// `12.3 %`.
  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  /// Says how many of the entries that an update changes rounding left, if that is not none to the digit that is shown.
  static func showSwallowed(_ share: Double?) {
    guard let share, percent(share) != percent(0) else { return }
    show("rounding left \(percent(share)) of the entries that the update changes as they were")
  }
}
