import Foundation

/// What is wrong with a merged weight.
package enum MergeFault: Sendable, Equatable {
  /// The base's weight, unchanged.
  case notApplied
  /// The update this many times.
  case strength(Double)
  /// The entries of the update in the order of its transpose.
  case transposed
  /// Only some of the rows hold the update.
  case someRows(Int, of: Int)
  /// The update of the factors alone: the start that the residual base lacks was not subtracted.
  case startNotSubtracted
  /// DoRA without its magnitudes.
  case magnitudesLeftOut
  /// An update of low rank, but not this one; its cosine with this one.
  case anotherAdapter(cosine: Double)
  /// The update, and another one of low rank.
  case besides
  /// A change that no adapter of small rank explains; its distance from the update, as a share of that.
  case unexplained(distance: Double)
  /// The adapter does not change this weight.
  case unexpected
  /// The merged checkpoint has no such weight.
  case missing
  /// The weight has another shape than the base's.
  case otherShape
  /// Entries of the weight, or of its update, that are NaN or infinite.
  case notFinite(Int)
  /// What is wrong with a residual base.
  case start(StartFault)

  /// A name for scripts.
  package var key: String {
    switch self {
    case .notApplied: "not_applied"
    case .strength(let factor) where factor.isNear(2): "applied_twice"
    case .strength(let factor) where factor.isNear(-1): "subtracted"
    case .strength: "wrong_strength"
    case .transposed: "transposed"
    case .someRows: "some_rows"
    case .startNotSubtracted: "start_not_subtracted"
    case .magnitudesLeftOut: "magnitudes_left_out"
    case .anotherAdapter: "another_adapter"
    case .besides: "another_adapter_besides"
    case .unexplained: "unexplained"
    case .unexpected: "unexpected"
    case .missing: "missing"
    case .otherShape: "other_shape"
    case .notFinite: "not_finite"
    case .start(let fault): fault.key
    }
  }
}

extension MergeFault: CustomStringConvertible {
  /// What the weight holds, to follow the name of a module and a colon.
  package var description: String {
    switch self {
    case .notApplied: "the update was not applied"
    case .strength(let factor) where factor.isNear(2): "the update was applied twice"
    case .strength(let factor) where factor.isNear(-1): "the update was subtracted, not added"
    case .strength(let factor): "the update was applied \(factor.shown) times"
    case .transposed: "the update was applied transposed"
    case .someRows(let count, let all): "only \(count) of \(all) rows hold the update"
    case .startNotSubtracted:
      "the adapter's factors were added to the base, without taking off the start that its residual base lacks"
    case .magnitudesLeftOut: "the magnitudes of DoRA were left out"
    case .anotherAdapter(let cosine):
      "another update of low rank was applied (its cosine with this one is \(cosine.shown))"
    case .besides: "the update was applied, and another one of low rank"
    case .unexplained(let distance):
      "the weight differs from base and update by \(distance.shown) of the update's norm, and not by an update "
        + "of low rank"
    case .unexpected: "the weight differs from the base, though the adapter does not change it"
    case .missing: "the merged checkpoint has no such weight"
    case .otherShape: "the weight has another shape than in the base"
    case .notFinite(let count): "\(count) entries of the weight, or of its update, are not finite"
    case .start(let fault): fault.description
    }
  }
}

extension Double {
  /// Whether a strength is this one, for its name.
  func isNear(_ value: Double) -> Bool { abs(self - value) <= 0.02 * Swift.max(abs(value), 1) }

  /// Three digits, for a sentence.
  var shown: String { String(format: "%.3g", self) }

  /// Five digits after the point: what a cosine near 1 needs.
  var digits: String { String(format: "%.5f", self) }
}
