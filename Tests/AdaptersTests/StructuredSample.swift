import Adapters
import Documents
import LinearAlgebra
import Testing

/// A small adapter of one orthogonal or structured method, for a weight of 8 outputs and 12 inputs.
struct StructuredSample: CustomTestStringConvertible, Sendable {
  static let outputs = 8
  static let inputs = 12
  static let module = "layers.0.self_attn.q_proj"

  let peftType: String
  var options = "{}"
  let shapes: [String: [Int]]

  static let all = [
    StructuredSample(
      peftType: "LOHA", options: #"{"alpha": 3}"#,
      shapes: [
        "hada_w1_a": [8, 2], "hada_w1_b": [2, 12], "hada_w2_a": [8, 2], "hada_w2_b": [2, 12],
      ]),
    StructuredSample(
      peftType: "LOHA",
      shapes: [
        "hada_w1_a": [2, 8], "hada_w1_b": [2, 4], "hada_t1": [2, 2, 3, 1],
        "hada_w2_a": [2, 8], "hada_w2_b": [2, 4], "hada_t2": [2, 2, 3, 1],
      ]),
    StructuredSample(
      peftType: "LOKR", options: #"{"alpha": 3}"#,
      shapes: ["lokr_w1": [2, 3], "lokr_w2_a": [4, 2], "lokr_w2_b": [2, 4]]),
    StructuredSample(
      peftType: "LOKR", shapes: ["lokr_w1": [2, 2], "lokr_w2": [4, 2, 3]]),
    StructuredSample(peftType: "OFT", shapes: ["oft_R.weight": [3, 6]]),
    StructuredSample(
      peftType: "OFT", options: #"{"block_share": true, "coft": true, "eps": 0.5}"#,
      shapes: ["oft_R.weight": [1, 6]]),
    StructuredSample(peftType: "BOFT", shapes: ["boft_R": [2, 6, 2, 2], "boft_s": [8, 1]]),
    StructuredSample(peftType: "HRA", shapes: ["hra_u": [12, 3]]),
    StructuredSample(
      peftType: "HRA", options: #"{"apply_GS": true}"#, shapes: ["hra_u": [12, 3]]),
    StructuredSample(peftType: "HIRA", shapes: ["hira_A": [2, 12], "hira_B": [8, 2]]),
    StructuredSample(
      peftType: "GLORA",
      shapes: [
        "glora_A.Xd": [8, 2], "glora_A.Xu": [2, 12], "glora_B.X": [8, 1], "glora_C.X": [12, 1],
        "glora_D.X": [8], "glora_E.X": [1],
      ]),
    StructuredSample(peftType: "DEFT", shapes: ["deft_P": [8, 2], "deft_R": [2, 12]]),
    StructuredSample(
      peftType: "DEFT", options: #"{"decomposition_method": "qr", "alpha": 5}"#,
      shapes: ["deft_P": [8, 2], "deft_R": [2, 12]]),
    StructuredSample(
      peftType: "PSOFT",
      shapes: ["psoft_R.weight": [3], "psoft_R.vector_a": [3], "psoft_R.vector_b": [3]]),
    StructuredSample(
      peftType: "OSF",
      shapes: [
        "osf_svd_params.U_low": [8, 2], "osf_svd_params.S_low": [2],
        "osf_svd_params.V_low": [2, 12],
      ]),
    StructuredSample(
      peftType: "ROAD", options: #"{"group_size": 4}"#,
      shapes: ["road_theta": [4], "road_alpha": [4]]),
    StructuredSample(
      peftType: "ROAD", options: #"{"variant": "road_4", "group_size": 4}"#,
      shapes: ["road_theta": [16], "road_alpha": [16]]),
    StructuredSample(peftType: "C3A", shapes: ["c3a_kernel": [2, 3, 4]]),
    StructuredSample(
      peftType: "FROD",
      shapes: [
        "frod_lambda_l": [12], "frod_lambda_s_values": [5],
        "frod_V.self_attn_q_proj": [12, 12], "frod_s_indices.self_attn_q_proj": [2, 5],
      ]),
    StructuredSample(
      peftType: "PEANUT", options: #"{"depth": 1, "scaling": 0.5, "act_fn": "gelu"}"#,
      shapes: [
        "peanut_A.weight": [2, 8], "peanut_encoders.0.weight": [2, 2],
        "peanut_decoders.0.weight": [2, 2], "peanut_B.weight": [8, 2],
      ]),
  ]

  var testDescription: String { "\(peftType) \(options) \(shapes.keys.sorted())" }

  func settings(layout: WeightLayout = .outByIn) throws -> ModuleSettings {
    let configuration = try AdapterConfiguration(
      JSONValue(parsing: Array(options.utf8)), peftType: peftType)
    return ModuleSettings(
      module: Self.module, rank: 2, alpha: configuration.alpha, configuration: configuration,
      layout: layout)
  }

  /// Random tensors; those that hold positions hold some.
  func parameters(_ shapes: [String: [Int]]? = nil, seed: UInt64 = 7) -> [String: Tensor] {
    var samples = Samples(seed: seed)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in (shapes ?? self.shapes).sorted(by: { $0.key < $1.key }) {
      let count = shape.reduce(1, *)
      parameters[name] = Tensor(
        shape: shape,
        values: name.hasPrefix("frod_s_indices")
          ? (0..<count).map { Double($0 * 5 % 12) }
          : (0.3 * samples.matrix(1, count)).values)
    }
    return parameters
  }

  func adapter(
    _ parameters: [String: Tensor]? = nil, layout: WeightLayout = .outByIn
  ) throws -> any Adapter {
    try AdapterRegistry.adapter(
      parameters: parameters ?? self.parameters(), settings: settings(layout: layout))
  }

  /// W of 8 × 12.
  static func base() -> Matrix {
    var samples = Samples(seed: 11)
    return samples.matrix(outputs, inputs)
  }
}
