package import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A saved RoAd. The update combines each row of W with that of its partner.
package struct SavedRoAd: OutByInAdapter {
  package typealias Method = RoAd
  package static let parameterNames = [RoAd.angles, RoAd.factors]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  /// c − 1 for each output.
  private let own: [Double]
  /// The output that each one is paired with.
  private let partners: [Int]
  /// −s or s for each output.
  private let cross: [Double]

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let options = settings.configuration.options
    let variant =
      try options.choice(
        "variant", ["road_1": RoAd.Variant.one, "road_2": .two, "road_4": .four]) ?? .one
    let group = try options.integer("group_size") ?? 64
    guard group > 0, group.isMultiple(of: 2) else {
      throw .field(key: "group_size", expected: "an even number", found: "\(group)")
    }
    let angles = try reader.vector(RoAd.angles, count: nil)
    let factors = try reader.vector(RoAd.factors, count: angles.count)
    // A group of outputs has as many entries as the variant gives each pair, times half the group.
    let half = group / 2
    guard angles.count.isMultiple(of: variant.rawValue),
      (angles.count / variant.rawValue).isMultiple(of: half)
    else {
      throw .indivisible(
        module: settings.module, size: 2 * angles.count / variant.rawValue, block: group)
    }
    let outputs = 2 * (angles.count / variant.rawValue)
    var (own, partners, cross): ([Double], [Int], [Double]) = ([], [], [])
    for output in 0..<outputs {
      let (number, place) = output.quotientAndRemainder(dividingBy: group)
      let isFirst = place < half
      let (cosine, sine) =
        switch variant {
        case .one: (number * half + place % half, number * half + place % half)
        case .two: (output, output)
        case .four: (2 * number * group + place, (2 * number + 1) * group + place)
        }
      own.append(factors[cosine] * cos(angles[cosine]) - 1)
      cross.append((isFirst ? -1 : 1) * factors[sine] * sin(angles[sine]))
      partners.append(isFirst ? output + half : output - half)
    }
    (self.own, self.partners, self.cross) = (own, partners, cross)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// Nil, because the parameters do not tell the number of inputs.
  package var outByInShape: MatrixShape? { nil }

  package var biasChange: BiasChange? {
    .pairing(factors: own, partners: partners, partnerFactors: cross)
  }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    try require(MatrixShape(rows: own.count, columns: base.columns), fits: base)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let weight = try base.matrix()
    var change = weight.scalingRows(by: own)
    for row in 0..<weight.rows {
      for column in 0..<weight.columns {
        change[row, column] += cross[row] * weight[partners[row], column]
      }
    }
    return .dense(change)
  }
}
