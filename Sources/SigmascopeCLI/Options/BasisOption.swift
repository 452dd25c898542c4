import ArgumentParser
import Spectra

/// How much of a base's singular basis is computed.
struct BasisOption: ExpressibleByArgument {
  static let defaultCompletionKind = CompletionKind.list(BasisExtent.allCases.map(\.rawValue))

  let extent: BasisExtent

  init(_ extent: BasisExtent) { self.extent = extent }

  init?(argument: String) {
    guard let extent = BasisExtent(rawValue: argument) else { return nil }
    self.extent = extent
  }

  var defaultValueDescription: String { extent.rawValue }
}
