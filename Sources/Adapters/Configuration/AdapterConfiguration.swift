package import Documents

/// The fields of `adapter_config.json` that decide what an adapter's tensors mean.
///
/// The options of a single method are in a structure of their own. A field that is missing in the file has
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
  /// `lora_alpha` (or what the method calls it), for the modules that `alphaPattern` does not name.
  public var alpha = 8.0
  /// An alpha given by the user, which replaces all others if those of the file are wrong.
  public var alphaOverride: Double?
  /// Whether the scale is α/√r instead of α/r.
  public var usesRankStabilizedScaling = false
  public var rankPattern = PatternTable<Int>()
  public var alphaPattern = PatternTable<Double>()
  /// Whether the base stores its weights in × out.
  public var isFanInFanOut = false
  /// `use_dora`: PEFT loads DoRA's magnitudes only if it is set. Reading here goes by the tensors instead, and refuses an
  /// adapter that lacks them where it is set.
  public var usesDoRA = false
  public var initialization = Initialization.standard
  /// Parameters (not modules) that LoRA was put on, such as fused experts.
  public var targetParameters: [String] = []
  /// Ranges of base layers whose concatenation makes the adapted model's layers.
  public var layerReplication: [Range<Int>] = []
  /// Which rows of which embedding were trained.
  public var trainableTokens = TrainableTokenRows.none
  /// Tokens after which the adapter becomes active (aLoRA).
  public var invocationTokens: [Int] = []
  /// Variants of LoRA in use whose update is not supported here.
  public var unsupportedVariants: [String] = []
  public var adaLoRA = AdaLoRA()
  public var veRA = VeRA()
  public var miSS = MiSS()
  public var ia3 = IA3()
  public var randLoRA = RandLoRA()
  public var spectrum = Spectrum()
  public var superTuning = SuperTuning()
  public var vbLoRA = VBLoRA()
  public var tinyLoRA = TinyLoRA()
  /// `use_bdlora`: which factors of LoRA are block-diagonal; nil if none is.
  public var blockDiagonal: BlockDiagonal?
  /// The adapters that X-LoRA mixes: paths by name.
  public var experts: [String: String] = [:]
  /// The whole file, for options that only one method has and reads itself.
  package var document = JSONValue.object([])

  public init(peftType: String) { self.peftType = peftType }

  /// The options of a method that only it has.
  var options: FieldReader { FieldReader(json: document, peftType: peftType) }

  /// The configuration of an adapter on exactly these modules.
  init(peftType: String, modules: [AdaptedModule]) {
    self.init(peftType: peftType)
    targetModules = .names(modules.map(\.name))
  }

  /// Options of AdaLoRA.
  public struct AdaLoRA: Sendable, Equatable {
    /// `init_r`: the rank before pruning. The scale is divided by it even after pruning.
    public var initialRank = 12
    /// For each `module.lora_E`, which of the initial triplets remain; nil if none was pruned.
    public var rankPattern: [String: [Bool]]?

    public init() {}
  }

  /// Options of VeRA.
  public struct VeRA: Sendable, Equatable {
    /// `projection_prng_key`: seed of the shared random projections.
    public var seed: UInt64 = 0
    /// `d_initial`: the initial value of λ_d.
    public var initialScale = 0.1

    public init() {}
  }

  /// Options of MiSS.
  public struct MiSS: Sendable, Equatable {
    public var mode = Mode.plain
    /// `mini_r`: the number of columns of the block in the mini form.
    public var miniRank = 1

    /// How the update is made from the block.
    public enum Mode: Sendable, Equatable {
      case plain, mini, bat
    }

    public init() {}
  }

  /// Options of IA3.
  public struct IA3: Sendable, Equatable {
    /// The modules whose inputs are scaled; for all others, the outputs are.
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
