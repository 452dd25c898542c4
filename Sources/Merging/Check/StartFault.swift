package import LinearAlgebra

/// What is wrong with a residual base R and the adapter that training begins with, where R + s·B₀A₀ should be the base.
package enum StartFault: Sendable, Equatable {
  /// The residual is the base itself.
  case notSubtracted
  /// The residual lacks s·B₀A₀ this many times.
  case strength(Double)
  /// The residual lacks one end of the base's spectrum, and the adapter holds the other.
  case otherPart(missing: SingularBlock.Part)
  /// The residual lacks another draw of a randomised start; the cosine of the two products.
  case redrawn(cosine: Double)
  /// The residual lacks something near to what the adapter holds: it was trained, or is of another start.
  case moved(cosine: Double)
  /// The residual lacks a product of low rank that has nothing to do with the adapter.
  case another(cosine: Double)

  /// A name for scripts.
  var key: String {
    switch self {
    case .notSubtracted: "start_not_taken_off"
    case .strength: "start_wrong_strength"
    case .otherPart: "start_other_part"
    case .redrawn: "start_drawn_again"
    case .moved: "start_moved"
    case .another: "start_of_another_adapter"
    }
  }

  /// How many times the residual lacks the start, if that is what is wrong.
  var strength: Double? {
    if case .strength(let factor) = self { factor } else { nil }
  }
}

extension StartFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notSubtracted:
      "the residual is the base itself: the start was not taken off, and the run begins at W + s·B₀A₀"
    case .strength(let factor):
      "the residual lacks \(factor.shown)·s·B₀A₀, so the run begins at W \(Self.term(1 - factor))·s·B₀A₀"
        + (factor.isNear(0.5) ? " (the scale of the adapter is twice that of its start)" : "")
    case .otherPart(.leading):
      "the residual lacks the largest singular triples of the base, and the adapter holds the smallest"
    case .otherPart(.trailing):
      "the residual lacks the smallest singular triples of the base, and the adapter holds the largest"
    case .redrawn(let cosine):
      "the randomised start was drawn again: what the residual lacks and what the adapter holds have a cosine of "
        + cosine.digits
    case .moved(let cosine):
      "the adapter is not the start that the residual lacks (their cosine is \(cosine.digits)): it was trained, "
        + "or is of another start"
    case .another(let cosine):
      "the residual lacks the product of another adapter (their cosine is \(cosine.digits))"
    }
  }

  private static func term(_ factor: Double) -> String {
    factor < 0 ? "− \((-factor).shown)" : "+ \(factor.shown)"
  }
}
