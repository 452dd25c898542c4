import Documents
public import LinearAlgebra

/// A method of fine-tuning: what reading its files and training it have in common. The folder with its name
/// states formula, source, tensor names and scale once.
public protocol AdapterMethod: Sendable {
  /// Key in tables and on the command line, such as `lora`.
  static var key: String { get }
  /// One line for `list adapters` and `list methods`.
  static var summary: String { get }
  /// The values of `peft_type` under which its tensors are found; none if PEFT has no such adapter.
  static var peftTypes: [String] { get }
}

/// The methods of fine-tuning.
public enum AdapterRegistry {
  /// One line of the list: a method, the type that reads its files and the types that train it.
  struct Entry {
    let method: any AdapterMethod.Type
    /// The type that reads its files, and its position in the order in which readers are tried.
    let reading: (turn: Int, type: any Adapter.Type)?
    let training: [any TrainableAdapter.Type]

    init(
      _ method: any AdapterMethod.Type, reading: (turn: Int, type: any Adapter.Type)? = nil,
      training: [any TrainableAdapter.Type] = []
    ) {
      self.method = method
      self.reading = reading
      self.training = training
    }
  }

  /// Every method, in the order of `list methods`.
  ///
  /// The order of reading is also the order of `list adapters`: of two methods that read the same `peft_type`,
  /// the more specific one comes first.
  static let entries: [Entry] = [
    Entry(Full.self, training: [TrainableFull.self]),
    Entry(
      LoRA.self, reading: (5, SavedLoRA.self),
      training: [
        TrainableLoRA.self, TrainableRSLoRA.self, TrainableLoRAPlus.self, TrainableLoRAFA.self,
        TrainablePreconditionedLoRAFA.self,
      ]),
    Entry(LoRADash.self, training: [TrainableLoRADash.self]),
    Entry(LoRAXS.self, training: [TrainableLoRAXS.self]),
    Entry(
      TinyLoRA.self, reading: (36, SavedTinyLoRA.self), training: [TrainableTinyLoRA.self]),
    Entry(DoRA.self, reading: (2, SavedDoRA.self), training: [TrainableDoRA.self]),
    Entry(AdaLoRA.self, reading: (6, SavedAdaLoRA.self), training: [TrainableAdaLoRA.self]),
    Entry(
      MiSS.self, reading: (8, SavedMiSS.self), training: [TrainableMiSS.self, TrainableBAT.self]),
    Entry(VeRA.self, reading: (7, SavedVeRA.self), training: [TrainableVeRA.self]),
    Entry(IA3.self, reading: (9, SavedIA3.self), training: [TrainableIA3.self]),
    Entry(LNTuning.self, reading: (10, SavedLNTuning.self), training: [TrainableLNTuning.self]),
    Entry(TargetParameters.self, reading: (4, SavedTargetParameters.self)),
    Entry(LoHa.self, reading: (101, SavedLoHa.self)),
    Entry(LoKr.self, reading: (102, SavedLoKr.self)),
    Entry(OFT.self, reading: (103, SavedOFT.self)),
    Entry(BOFT.self, reading: (104, SavedBOFT.self)),
    Entry(HRA.self, reading: (105, SavedHRA.self)),
    Entry(HiRA.self, reading: (106, SavedHiRA.self)),
    Entry(GLoRA.self, reading: (107, SavedGLoRA.self)),
    Entry(DEFT.self, reading: (108, SavedDEFT.self)),
    Entry(PSOFT.self, reading: (109, SavedPSOFT.self)),
    Entry(OSF.self, reading: (110, SavedOSF.self)),
    Entry(RoAd.self, reading: (111, SavedRoAd.self)),
    Entry(C3A.self, reading: (112, SavedC3A.self)),
    Entry(FRoD.self, reading: (113, SavedFRoD.self)),
    Entry(PEANuT.self, reading: (114, SavedPEANuT.self)),
    Entry(TrainableTokens.self, reading: (1, SavedTrainableTokens.self)),
    Entry(KaSA.self, reading: (3, SavedKaSA.self)),
    Entry(DeLoRA.self, reading: (30, SavedDeLoRA.self)),
    Entry(GraLoRA.self, reading: (31, SavedGraLoRA.self)),
    Entry(PVeRA.self, reading: (32, SavedPVeRA.self)),
    Entry(RandLoRA.self, reading: (33, SavedRandLoRA.self)),
    Entry(VBLoRA.self, reading: (34, SavedVBLoRA.self)),
    Entry(UniLoRA.self, reading: (35, SavedUniLoRA.self)),
    Entry(FourierFT.self, reading: (37, SavedFourierFT.self)),
    Entry(WaveFT.self, reading: (38, SavedWaveFT.self)),
    Entry(SHiRA.self, reading: (39, SavedSHiRA.self)),
    Entry(SuperTuning.self, reading: (40, SavedSuperTuning.self)),
    Entry(BEFT.self, reading: (41, SavedBEFT.self)),
    Entry(Kohya.self, reading: (60, SavedKohya.self)),
    Entry(MLX.self, reading: (61, SavedMLX.self)),
  ]

  /// The types that read saved adapters, in the order in which they are tried.
  public static let saved: [any Adapter.Type] =
    entries.compactMap(\.reading).sorted { $0.turn < $1.turn }.map(\.type)

  /// The types that train.
  package static let trainable: [any TrainableAdapter.Type] = entries.flatMap(\.training)
}

extension AdapterRegistry {
  /// The values of `peft_type` that some method reads, sorted.
  public static var supportedTypes: [String] { Set(saved.flatMap { $0.peftTypes }).sorted() }

  /// The methods that an adapter of this type may use.
  /// - Throws: ``AdapterError/unsupportedType(_:supported:)``,
  ///   ``AdapterError/noWeightUpdate(peftType:)``,
  ///   ``AdapterError/unreadableType(_:reason:)``, ``AdapterError/mixedExperts(_:)``,
  ///   ``AdapterError/unsupportedVariant(_:peftType:)``.
  public static func methods(
    for configuration: AdapterConfiguration
  ) throws(AdapterError) -> [any Adapter.Type] {
    let type = configuration.peftType
    if Refusals.typesWithoutUpdate.contains(type) { throw .noWeightUpdate(peftType: type) }
    if type == "XLORA" { throw .mixedExperts(configuration.experts.values.sorted()) }
    if let reason = Refusals.types[type] { throw .unreadableType(type, reason: reason) }
    let methods = saved.filter { $0.peftTypes.contains(type) }
    if methods.isEmpty { throw .unsupportedType(type, supported: supportedTypes) }
    if let variant = configuration.unsupportedVariants.first {
      throw .unsupportedVariant(variant, peftType: type)
    }
    return methods
  }

  /// The method that trained a module with these tensors.
  /// - Throws: As ``methods(for:)``; ``AdapterError/unknownParameters(module:parameters:)``.
  public static func method(
    describing parameters: Set<String>, settings: ModuleSettings
  ) throws(AdapterError) -> any Adapter.Type {
    let methods = try methods(for: settings.configuration)
    guard let method = methods.first(where: { $0.describes(parameters, settings: settings) })
    else {
      throw .unknownParameters(module: settings.module, parameters: parameters.sorted())
    }
    return method
  }

  /// The adapter of one module, from its tensors and those that all modules share.
  /// - Throws: As ``method(describing:settings:)`` and ``Adapter/init(parameters:settings:)``.
  public static func adapter(
    parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) -> any Adapter {
    let method = try method(describing: Set(parameters.keys), settings: settings)
    return try method.init(parameters: parameters, settings: settings)
  }

  /// The type that trains the method with this key.
  /// - Throws: ``AdapterError/unknownKey(_:near:)``.
  package static func trainable(key: String) throws(AdapterError) -> any TrainableAdapter.Type {
    guard let method = trainable.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.similar(to: key, among: trainable.map { $0.key }))
    }
    return method
  }
}
