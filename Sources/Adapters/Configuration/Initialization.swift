package import LinearAlgebra

/// How the factors of a LoRA adapter were initialised: `init_lora_weights` of the configuration.
///
/// What matters here is whether the product of the initial factors was zero. If it was not, it was subtracted
/// from the base, and the update is s(BA − B₀A₀), not sBA.
public enum Initialization: Sendable, Equatable {
  /// `true`: A uniform (Kaiming), B zero.
  case standard
  /// `false`: both factors random; meant for tests only.
  case random
  /// A normal, B zero.
  case gaussian
  /// Both factors are nonzero, but their product is zero up to rounding.
  case orthogonal
  /// A spans the layer's input activations, B is zero.
  case eva
  /// The leading singular triplets of the base; exact.
  case pissa
  /// Like PiSSA, from a randomised decomposition with this many power iterations; not repeatable.
  case pissaIterated(Int)
  /// The leading part of a QR factorisation of the base.
  case olora
  /// Singular triplets weighted by the covariance of the inputs.
  case corda
  /// Singular vectors of a gradient.
  case loraGA
  /// The residual of a quantisation.
  case loftq
  /// A is zero, B spans the smallest left singular vectors of the base and is frozen.
  case mica
  /// Any other name.
  case other(String)

  /// Reads PEFT's name of an initialisation.
  public init(name: String) {
    let iterated = "pissa_niter_"
    switch name.lowercased() {
    case "gaussian": self = .gaussian
    case "orthogonal": self = .orthogonal
    case "eva": self = .eva
    case "pissa": self = .pissa
    case "olora": self = .olora
    case "corda": self = .corda
    case "lora_ga": self = .loraGA
    case "loftq": self = .loftq
    case "mica": self = .mica
    case let text where text.hasPrefix(iterated):
      self = Int(text.dropFirst(iterated.count)).map(Initialization.pissaIterated) ?? .other(name)
    default: self = .other(name)
    }
  }

  /// PEFT's name.
  public var name: String {
    switch self {
    case .standard: "true"
    case .random: "false"
    case .gaussian: "gaussian"
    case .orthogonal: "orthogonal"
    case .eva: "eva"
    case .pissa: "pissa"
    case .pissaIterated(let count): "pissa_niter_\(count)"
    case .olora: "olora"
    case .corda: "corda"
    case .loraGA: "lora_ga"
    case .loftq: "loftq"
    case .mica: "mica"
    case .other(let name): name
    }
  }

  /// What the adapter contributes before the first step of training.
  public var start: InitialProduct {
    switch self {
    case .standard, .gaussian, .orthogonal, .eva, .mica: .zero
    case .random: .unrecorded
    case .pissa, .olora: .repeatable
    case .pissaIterated: .approximable
    case .corda, .loraGA, .loftq, .other: .unrecorded
    }
  }
}

extension Initialization {
  /// The end of the base's spectrum that the start says it takes; nil if it says neither.
  package var part: SingularBlock.Part? {
    switch self {
    case .pissa, .pissaIterated: .leading
    case .other(let name) where name.lowercased() == MiLoRAStart.key: .trailing
    default: nil
    }
  }
}

/// What is known about s·B₀A₀, the product that an adapter starts from.
public enum InitialProduct: Sendable, Equatable {
  /// It is zero, up to rounding.
  case zero
  /// It can be computed from the base weight alone.
  case repeatable
  /// It depended on the base weight and on random numbers that were not saved.
  case approximable
  /// It depended on something that is not saved, such as data or a quantiser; only a checkpoint of step 0 holds it.
  case unrecorded
}
