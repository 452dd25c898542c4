import Documents

/// The starts of LoRA's factors.
public enum FactorStartRegistry {
  public static let all: [any FactorStart.Type] = [
    KaimingStart.self, GaussianStart.self, OrthogonalStart.self, PrincipalStart.self,
    RandomizedPrincipalStart.self, MinorStart.self, QRStart.self, PrincipalDirectionsStart.self,
    MinorDirectionsStart.self, MiddleStart.self, RandomResidualStart.self, GeometryStart.self,
    ActivationStart.self, CovarianceStart.self, GradientStart.self,
  ]

  /// What LoRA begins with if nothing is said.
  public static var standard: any FactorStart.Type { all[0] }

  /// The start of a key; the standard one without a key.
  /// - Throws: ``TrainableAdapterError/unknownKey(_:near:)``.
  public static func start(
    _ key: String?
  ) throws(TrainableAdapterError) -> any FactorStart.Type {
    guard let key else { return standard }
    guard let start = all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.near(key, among: all.map { $0.key }))
    }
    return start
  }
}
