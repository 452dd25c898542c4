public import Spectra

/// K, the number of principal directions that shares and angles are taken over, as it was used: of a matrix at most half of
/// its singular directions, whatever was asked for.
public struct PrincipalCount: Equatable, Sendable {
  /// As asked for.
  public let asked: Int
  /// The K of all matrices if it is the same for all, else as asked for.
  public let number: Int
  /// Whether some matrix was measured with fewer than asked for.
  public let isCut: Bool
  /// Whether half of the matrices or more were, so that medians over them are of another K.
  package let isMostlyCut: Bool

  /// - Parameters:
  ///   - asked: K as asked for, at least 1.
  ///   - shapes: Those of the matrices; without any, nothing was cut.
  public init(asked: Int, of shapes: some Sequence<OrientedShape>) {
    self.asked = asked
    let counts = shapes.map { $0.principalCount(asked) }
    let used = Set(counts)
    let cut = counts.count { $0 < asked }
    isCut = cut > 0
    isMostlyCut = isCut && 2 * cut >= counts.count
    number = used.count == 1 ? used.first ?? asked : asked
  }

  /// What stands after words such as `top 32 input directions`, with a space before it; empty if K is what was asked for.
  package var remark: String {
    if !isCut { return "" }
    return number < asked
      ? " (half of a matrix's; K = \(asked) was asked for)" : " (at most half of a matrix's)"
  }
}
