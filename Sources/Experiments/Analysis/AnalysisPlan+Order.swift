import Spectra

// The order of tables: by run, then by step, then by module, with layers in numerical order.

extension AnalysisPlan {
  /// Whether one result comes before another.
  var isInOrder: (ModuleIdentity, ModuleIdentity) -> Bool {
    let places = modulePlaces
    return { left, right in
      (left.run, left.step, places[left.module] ?? 0)
        < (right.run, right.step, places[right.module] ?? 0)
    }
  }

  /// The same for paths, which have many steps.
  var isPathInOrder: (ModuleIdentity, ModuleIdentity) -> Bool {
    let places = modulePlaces
    return { left, right in
      (left.run, places[left.module] ?? 0) < (right.run, places[right.module] ?? 0)
    }
  }

  /// One hash for all analysed weights of a base.
  /// - Throws: `OutputError` if the hashes of the weights cannot be read.
  func contentHash(ofBase path: String, in journals: AnalysisJournals) throws -> String {
    let weights = groups.filter { $0.basePath == path }.sorted { $0.module < $1.module }
    return ContentHash(
      of: try weights.flatMap { group in
        try journals.baseHash(of: group).map { [group.module, $0] } ?? []
      }
    ).hexadecimal
  }

  /// The place of each module among all, by its name.
  private var modulePlaces: [String: Int] {
    let names = Set(groups.map(\.module)).map { name in
      (parts: name.split(separator: ".").map { NaturalPart($0) }, name: name)
    }.sorted { left, right in
      left.parts == right.parts
        ? left.name < right.name : left.parts.lexicographicallyPrecedes(right.parts)
    }
    return Dictionary(
      names.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// A component of a module's name, ordered numerically: layer 2 comes before layer 10.
private enum NaturalPart: Comparable {
  case number(Int)
  case text(String)

  init(_ part: Substring) { self = Int(part).map(NaturalPart.number) ?? .text(String(part)) }
}
