import Adapters
import Checkpoints
import Documents

/// The weights of a base model, found by the names that a checkpoint uses (``BaseNames``).
struct BaseWeights: Sendable {
  let model: ModelFolder
  private let names: BaseNames
  private let transposes: Bool?

  init(_ model: ModelFolder) {
    self.model = model
    names = BaseNames(model.parameters.map(\.name))
    transposes = Self.transposes(model)
  }

  /// The name in the base of a tensor of the checkpoint; nil if there is none.
  /// - Parameter fits: Whether a tensor of another spelling can be meant, such as by its shape.
  func name(of tensor: String, where fits: (ModelWeight) -> Bool = { _ in true }) -> String? {
    if model.hasWeight(named: tensor) { return tensor }
    guard let name = names.equivalent(of: tensor), let weight = try? model.weight(named: name),
      fits(weight)
    else { return nil }
    return name
  }

  /// The whole tensor of this name in the base.
  func matrix(named name: String) throws(CheckpointError) -> StoredMatrix {
    StoredMatrix(try model.weight(named: name))
  }

  /// The closest name in the base, for an error.
  func nearest(to name: String) -> String? {
    NearestName.of(name, in: model.parameters.lazy.map(\.name)).map(Self.withoutWeight)
  }

  /// Refuses the base if it has no partner for most matrices.
  /// - Parameters:
  ///   - compared: How many have one.
  ///   - strangers: The names of the others.
  ///   - ending: What a name lacks of that of its tensor.
  func requireMost(
    compared: Int, strangers: [String], ending: String = ""
  ) throws(UpdateError) {
    guard strangers.count > compared else { return }
    throw .anotherBase(
      compared: compared, of: compared + strangers.count, strangers: strangers,
      nearest: nearest(to: strangers[0] + ending))
  }

  static func withoutWeight(_ name: String) -> String {
    name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
  }
}

// MARK: Layout

extension BaseWeights {
  /// How the base stores the weight of a module: out × in, or in × out as `Conv1D` of Transformers does.
  ///
  /// Only the module decides. `fan_in_fan_out` of an adapter on an ordinary linear layer changes nothing in PEFT; it
  /// counts for modules with the names of `Conv1D` in a base that does not show which it has.
  func layout(of module: String, isFanInFanOut: Bool) -> WeightLayout {
    Self.layout(of: module, transposes: transposes ?? isFanInFanOut)
  }

  /// The layout of a module of an unknown base.
  static func layout(withoutBase module: String, isFanInFanOut: Bool) -> WeightLayout {
    layout(of: module, transposes: isFanInFanOut)
  }

  private static func layout(of module: String, transposes: Bool) -> WeightLayout {
    let kind = module.split(separator: ".").last ?? ""
    return transposes && transposedKinds.contains(String(kind)) ? .inByOut : .outByIn
  }

  /// Whether the modules of ``transposedKinds`` are `Conv1D`: by the type of the model or of one of its parts, else by
  /// the shape of a fused projection, which makes three vectors of one. Nil if nothing shows it.
  private static func transposes(_ model: ModelFolder) -> Bool? {
    let parts = model.configuration.members.map(\.value) + [model.configuration]
    let types = parts.compactMap { $0["model_type"]?.string }
    if !types.isEmpty { return types.contains(where: transposingTypes.contains) }
    let fused = model.parameters.first {
      $0.name.hasSuffix("c_attn.weight") && $0.shape.count == 2
    }
    return fused.map { $0.shape[1] > $0.shape[0] }
  }

  /// Model types whose linear layers are `Conv1D`.
  private static let transposingTypes: Set<String> = [
    "clvp", "clvp_decoder", "decision_transformer", "gpt2", "imagegpt", "openai-gpt",
  ]
  private static let transposedKinds: Set<String> = ["c_attn", "c_fc", "c_proj", "q_attn"]

  /// Whether this type of model stores the experts of a fused parameter in × out.
  var storesExpertsTransposed: Bool {
    ["aria", "aria_text", "gpt_oss", "openai_privacy_filter"].contains(model.modelType ?? "")
  }
}
