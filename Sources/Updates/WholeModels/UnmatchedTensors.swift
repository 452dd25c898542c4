import Adapters
import Checkpoints

/// What the tensors of a checkpoint are that the base has not.
struct UnmatchedTensors {
  /// The updates of experts that the base stores in another way.
  private(set) var modules: [ModuleUpdate] = []
  private(set) var findings: [Finding] = []
  /// Tensors with which nothing can be compared, sorted by name.
  private(set) var new: [String] = []
  /// Tensors of the base that ``modules`` cover.
  private(set) var covered: Set<String> = []

  init(_ names: [String], of model: ModelFolder, base: BaseWeights) throws {
    var buffers: [String] = []
    let unmatched = Set(names)
    let originals = model.parameters.filter { !unmatched.contains($0.name) }
    for name in names {
      let weight = try model.weight(named: name)
      if Self.isBuffer(name) {
        buffers.append(name)
      } else if !weight.storageType.isFloatingPoint {
        new.append(name)
      } else if let original = try Self.original(of: weight, among: originals) {
        findings.append(.tiedCopy(tensor: name, of: original))
      } else if try !addExperts(name, weight, base: base) {
        new.append(name)
      }
    }
    if !buffers.isEmpty { findings.append(.buffers(tensors: buffers)) }
    if !new.isEmpty { findings.append(.new(tensors: new)) }
  }

  /// Adds the updates of a stacked tensor of experts or of one expert; false if the base has no such experts.
  private mutating func addExperts(
    _ name: String, _ weight: ModelWeight, base: BaseWeights
  ) throws -> Bool {
    if weight.shape.count == 3 {
      let experts = try base.experts(of: name)
      let shape = Array(weight.shape.dropFirst())
      guard experts.count == weight.shape[0], experts.allSatisfy({ $0.matrix.shape == shape })
      else { return false }
      for (index, expert) in experts.enumerated() {
        add(expert.name, StoredMatrix(weight, expert: index), expert.matrix)
      }
      return true
    }
    guard let before = try base.stackedExpert(of: name),
      before.shape == weight.shape
    else { return false }
    add(BaseWeights.withoutWeight(name), StoredMatrix(weight), before)
    return true
  }

  private mutating func add(_ module: String, _ adapted: StoredMatrix, _ before: StoredMatrix) {
    covered.formUnion(before.pieces.map(\.weight.name))
    modules.append(
      ModuleUpdate(
        module: module, base: before, rows: before.rows, columns: before.columns,
        layout: .outByIn, storageType: before.storageType, resolved: nil,
        source: .adapted(adapted), workspace: 0))
  }

  /// Constants of an architecture that older libraries saved: positions, frequencies of rotary embeddings, causal masks.
  static func isBuffer(_ name: String) -> Bool {
    bufferEndings.contains { name.hasSuffix($0) }
  }

  private static let bufferEndings = [
    ".position_ids", ".inv_freq", ".original_inv_freq", ".attn.bias", ".attn.masked_bias",
    ".attention.bias", ".attention.masked_bias", ".num_batches_tracked", ".token_type_ids",
    ".relative_position_index", ".cos_cached", ".sin_cached",
  ]

  /// The tensor of the checkpoint that holds the same numbers, if one does: an embedding that is saved again for the
  /// encoder, the decoder and the head.
  /// - Parameter originals: Tensors that the base has.
  static func original(
    of weight: ModelWeight, among originals: [ModelWeight]
  ) throws -> String? {
    // Two tensors of zeros or ones are no copies.
    let start = try weight.doubles(rows: 0..<min(weight.rows, 64))
    guard start.contains(where: { $0 != start[0] }) else { return nil }
    let candidates = originals.lazy.filter { $0.storageType == weight.storageType }
    return try weight.twin(among: candidates)?.name
  }
}
