/// The fields of `adapter_config.json` that decide what an adapter's tensors mean.
///
/// Options of one method stand in a structure of their own. A field that the file leaves out has
/// PEFT's default.
public struct AdapterConfiguration: Sendable, Equatable {
  /// PEFT's name of the method, in capitals: `LORA`, `ADALORA`.
  public var peftType: String
  /// The base model as the trainer knew it: a name on a hub or a path.
  public var baseModel: String?
  /// Which modules the adapter was put on.
  public var targetModules: ModuleNames?
  /// Modules that were left out of the targets.
  public var excludedModules: ModuleNames?
  /// Modules that were trained and saved whole.
  public var modulesToSave: [String] = []
  /// `r`, for the modules that `rankPattern` does not name.
  public var rank = 8
  /// `lora_alpha`, for the modules that `alphaPattern` does not name.
  public var alpha = 8.0
  /// An alpha that stands in for every other: the user's, where the file's is wrong.
  public var alphaOverride: Double?
  /// Whether the scale is α/√r instead of α/r.
  public var usesRankStabilizedScaling = false
  public var rankPattern = PatternTable<Int>()
  public var alphaPattern = PatternTable<Double>()
  /// Whether the base stores its weights in × out.
  public var isFanInFanOut = false
  /// Whether PEFT is to load the magnitudes of DoRA. Reading goes by the tensors.
  public var usesDoRA = false
  public var initialization = Initialization.standard
  /// Parameters, not modules, that LoRA was put on: fused experts.
  public var targetParameters: [String] = []
  /// Ranges of base layers whose concatenation makes the adapted model's layers.
  public var layerReplication: [Range<Int>] = []
  /// The rows of the embedding that were trained, by the module's name.
  public var trainableTokens = TrainableTokenRows.none
  /// Tokens after which the adapter becomes active (aLoRA).
  public var invocationTokens: [Int] = []
  /// Variants of LoRA in use whose update is none of those computed here.
  public var unsupportedVariants: [String] = []
  public var adaLoRA = AdaLoRA()
  public var veRA = VeRA()
  public var miSS = MiSS()
  public var ia3 = IA3()

  public init(peftType: String) { self.peftType = peftType }

  /// The configuration of an adapter on just these modules.
  init(peftType: String, modules: [AdaptedModule]) {
    self.init(peftType: peftType)
    targetModules = .names(modules.map(\.name))
  }

  /// Options of AdaLoRA.
  public struct AdaLoRA: Sendable, Equatable {
    /// `init_r`: the rank before pruning, which the scale is divided by even after it.
    public var initialRank = 12
    /// For each `module.lora_E` which of the initial triplets are left; nil if none was pruned.
    public var rankPattern: [String: [Bool]]?

    public init() {}
  }

  /// Options of VeRA.
  public struct VeRA: Sendable, Equatable {
    /// `projection_prng_key`: seed of the shared random projections.
    public var seed: UInt64 = 0
    /// `d_initial`: what λ_d starts from.
    public var initialScale = 0.1

    public init() {}
  }

  /// Options of MiSS.
  public struct MiSS: Sendable, Equatable {
    public var mode = Mode.plain
    /// `mini_r`: how many columns the block of the mini form has.
    public var miniRank = 1

    /// How the block makes the update.
    public enum Mode: Sendable, Equatable {
      case plain, mini, bat
    }

    public init() {}
  }

  /// Options of IA3.
  public struct IA3: Sendable, Equatable {
    /// The modules whose inputs are scaled, not their outputs.
    public var feedforwardModules = ModuleNames.names([])

    public init() {}
  }
}

/// Which rows of which embedding were trained.
public enum TrainableTokenRows: Sendable, Equatable {
  case none
  /// Rows of the input embedding.
  case embedding([Int])
  /// Rows by the name of the module.
  case modules([String: [Int]])

  /// The rows of one module, in the order in which the file holds them.
  func rows(of module: String) -> [Int]? {
    switch self {
    case .none: nil
    case .embedding(let rows): rows
    case .modules(let table):
      table.first { module == $0.key || module.hasSuffix(".\($0.key)") }?.value
    }
  }
}
