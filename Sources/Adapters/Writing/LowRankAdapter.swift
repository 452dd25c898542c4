package import Documents
import LinearAlgebra

/// A LoRA on its way into files, whatever it was made from.
package struct LowRankAdapter: Sendable {
  package let modules: [LowRankModule]
  /// Tensors that go into the file whole.
  package let whole: [WholeParameter]
  /// What the base is called, for a reader to find it.
  package let baseName: String?
  /// PEFT's name of what the model does, such as `CAUSAL_LM`; nil if it is not known.
  package let taskType: String?
  /// Whether the base stores its linear weights in × out.
  package let isFanInFanOut: Bool
  /// Fields of PEFT's configuration without which the factors mean something else, such as `layer_replication`.
  package let fields: [JSONValue.Member]

  package init(
    modules: [LowRankModule], whole: [WholeParameter], baseName: String?, taskType: String?,
    isFanInFanOut: Bool, fields: [JSONValue.Member] = []
  ) {
    self.modules = modules
    self.whole = whole
    self.baseName = baseName
    self.taskType = taskType
    self.isFanInFanOut = isFanInFanOut
    self.fields = fields
  }

  /// The fields of PEFT's configuration that ``fields`` may hold: copies of layers, and tokens from which on the adapter
  /// acts.
  package static let meaningfulFields = ["layer_replication", "alora_invocation_tokens"]
}

/// LoRA of one module: ΔW = (alpha / rank) · output · input.
package struct LowRankModule: Sendable {
  /// What kind of module PEFT finds under the name.
  package enum Kind: Sendable, Equatable {
    case linear
    /// ΔWᵀ is the product, as PEFT has it: the inputs are tokens, the outputs features.
    case embedding
    /// Input channels and positions in the kernel, the dimensions of the weight but the first.
    case convolution([Int])
    /// A parameter of a module, in place of a module: the weights of so many experts, one upon another (1 for a plain
    /// weight). The factors are those of all experts, as PEFT stacks them; the name is that of the parameter.
    case parameter(experts: Int)
  }

  /// The module's name in the model.
  package let name: String
  package let kind: Kind
  package let factors: FactorPair
  package let alpha: Double

  package init(name: String, kind: Kind, factors: FactorPair, alpha: Double) {
    self.name = name
    self.kind = kind
    self.factors = factors
    self.alpha = alpha
  }

  /// Of each expert, for a parameter that stacks experts.
  package var rank: Int {
    if case .parameter(let experts) = kind { return factors.input.rows / experts }
    return factors.input.rows
  }
  package var scale: Double { alpha / Double(rank) }

  /// A with its dimensions in PyTorch.
  var inputTensor: Tensor {
    switch kind {
    case .linear, .embedding, .parameter: Tensor(factors.input)
    case .convolution(let inner): Tensor(shape: [rank] + inner, values: factors.input.values)
    }
  }

  /// B with its dimensions in PyTorch.
  var outputTensor: Tensor {
    switch kind {
    case .linear, .embedding, .parameter: Tensor(factors.output)
    case .convolution(let inner):
      Tensor(
        shape: [factors.output.rows, rank] + inner.dropFirst().map { _ in 1 },
        values: factors.output.values)
    }
  }
}

/// A tensor that is written as it is: of a norm, of an embedding, a trained bias.
package struct WholeParameter: Sendable, Equatable {
  /// What trains it in PEFT.
  package enum Role: Sendable, Equatable {
    /// `modules_to_save`.
    case savedModule
    /// `bias="all"`: the bias of a layer with a weight.
    case bias
  }

  package let module: String
  /// `weight` or `bias`.
  package let parameter: String
  package let shape: [Int]
  package let role: Role

  package init(module: String, parameter: String, shape: [Int], role: Role) {
    self.module = module
    self.parameter = parameter
    self.shape = shape
    self.role = role
  }
}

/// What the files of an adapter hold.
package struct AdapterFileContents: Sendable {
  /// The numbers of a tensor.
  package enum Content: Sendable {
    case values([Double])
    /// A ``WholeParameter``, by its position among those of the adapter.
    case whole(Int)
  }

  package struct NamedTensor: Sendable {
    package let name: String
    package let shape: [Int]
    package let content: Content
  }

  /// The name of the file of tensors.
  package let weightsName: String
  package let tensors: [NamedTensor]
  /// What the header of that file says beside them.
  package let metadata: [String: String]
  /// `adapter_config.json`; nil in a family that has none.
  package let configuration: JSONValue?
}

extension AdapterFileContents.NamedTensor {
  init(_ name: String, _ tensor: Tensor) {
    self.init(name: name, shape: tensor.shape, content: .values(tensor.values))
  }
}
