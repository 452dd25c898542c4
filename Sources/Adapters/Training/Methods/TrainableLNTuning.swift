/// LN-tuning: the gain of a norm, and its bias if it has one, are the parameters themselves.
///
/// **Source:** Zhao et al., "Tuning LayerNorm in attention: towards efficient multi-modal LLM
/// finetuning", 2023, arXiv 2312.11420.
public struct TrainableLNTuning: WholeTensors {
  public static let key = "ln-tuning"
  public static let summary = "gains and biases of normalisation layers"
  public static let targets = AdapterTargets.norms
  public let module: AdaptedModule

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  public var parameters: [ParameterShape] {
    let names = ["ln_tuning_layers.weight"] + (module.hasBias ? ["ln_tuning_layers.bias"] : [])
    let width = module.shape.columns
    return names.map { ParameterShape(name: $0, rows: 1, columns: width, savedShape: [width]) }
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { AdapterConfiguration(peftType: "LN_TUNING", modules: modules) }
}
