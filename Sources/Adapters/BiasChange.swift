/// What an adapter does to a bias.
public enum BiasChange: Sendable, Equatable {
  /// Adds these values.
  case addition([Double])
  /// Adds the bias times these values.
  case scaling([Double])
  /// Replaces it by these values.
  case replacement([Double])
  /// Adds the bias times `factors`, and `terms`.
  case affine(factors: [Double], terms: [Double])
  /// Adds the bias times `factors`, and to each feature the bias of its partner times its `partnerFactors`.
  case pairing(factors: [Double], partners: [Int], partnerFactors: [Double])

  /// How many features the bias has.
  public var count: Int {
    switch self {
    case .addition(let values), .scaling(let values), .replacement(let values): values.count
    case .affine(let factors, _), .pairing(let factors, _, _): factors.count
    }
  }

  /// The change of a bias, feature by feature.
  /// - Precondition: The bias has ``count`` features.
  public func change(of bias: [Double]) -> [Double] {
    precondition(bias.count == count, "a bias has one value a feature")
    return switch self {
    case .addition(let values): values
    case .scaling(let values): zip(values, bias).map { $0 * $1 }
    case .replacement(let values): zip(values, bias).map { $0 - $1 }
    case .affine(let factors, let terms):
      bias.indices.map { factors[$0] * bias[$0] + terms[$0] }
    case .pairing(let factors, let partners, let partnerFactors):
      bias.indices.map { factors[$0] * bias[$0] + partnerFactors[$0] * bias[partners[$0]] }
    }
  }
}
