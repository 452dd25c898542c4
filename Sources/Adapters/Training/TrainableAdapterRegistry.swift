import Documents

/// The methods that can be trained.
public enum TrainableAdapterRegistry {
  public static let all: [any TrainableAdapter.Type] = [
    TrainableFull.self, TrainableLoRA.self, TrainableRSLoRA.self, TrainableLoRAPlus.self,
    TrainableLoRAFA.self, TrainablePreconditionedLoRAFA.self, TrainableDoRA.self,
    TrainableAdaLoRA.self, TrainableMiSS.self, TrainableBAT.self, TrainableVeRA.self,
    TrainableIA3.self, TrainableLNTuning.self,
  ]

  /// The method of a key.
  /// - Throws: ``TrainableAdapterError/unknownKey(_:near:)``.
  public static func method(
    _ key: String
  ) throws(TrainableAdapterError) -> any TrainableAdapter.Type {
    guard let method = all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.near(key, among: all.map { $0.key }))
    }
    return method
  }
}
