import Adapters
package import Checkpoints
import Documents
import Updates

/// What a merge will write: each file of the result, and which updates change which rows.
package struct MergePlan: Sendable {
  /// One file of weights.
  struct Shard: Sendable {
    let name: String
    let tensors: [SafetensorsShard.Tensor]
  }

  package let base: ModelFolder
  package let adapterPath: String
  /// What the adapter is called: of a run, which of its checkpoints is merged.
  let title: String
  /// The type of all floating-point tensors of the result; nil for those of the base.
  package let type: DataType?
  /// What a user should know of the adapter.
  package let findings: [String]
  let units: [MergeUnit]
  let shards: [Shard]
  /// The places of each unit, in their order.
  let parts: [[TensorSpan]]

  /// Opens and checks everything that can be known before numbers are computed.
  /// - Parameters:
  ///   - base: A folder, or a file, of safetensors or PyTorch files.
  ///   - adapter: An adapter, or a run of one, whose last checkpoint is merged.
  ///   - type: In which the base is loaded and the result written; nil for the base's own.
  ///   - alpha: In place of that of the adapter's configuration.
  ///   - allowsOtherBase: Whether a base that cannot be the one of training is a finding, and no error.
  /// - Throws: ``MergeError``, ``UnmergeableError``, `UpdateError.otherBase`; what reading throws.
  package init(
    base: ModelFolder, adapter: MergeInput, type: DataType? = nil, alpha: Double? = nil,
    allowsOtherBase: Bool = false
  ) throws {
    try adapter.requireAdapter()
    let updates = try adapter.updates(of: base, alpha: alpha)
    for finding in updates.findings {
      if let reason = finding.obstacle {
        throw UnmergeableError.adapter(path: adapter.path, reason: reason)
      }
    }
    units = MergeUnit.all(of: updates)
    if units.isEmpty { throw MergeError.nothingToMerge(adapter: adapter.path) }
    self.base = base
    self.type = type
    adapterPath = adapter.path
    title = adapter.title
    let review = try BaseReview(of: [adapter], on: base)
    if !allowsOtherBase, let reason = review.contradiction(updates) {
      throw UpdateError.otherBase(checkpoint: adapter.path, reason: reason)
    }
    findings = review.notes + updates.findings.warningLines
    parts = units.map(\.base.spans)
    try Self.checkPlaces(units)
    shards = try Self.shards(of: base, type: type)
  }

  /// Throws if a weight belongs to several modules, or several updates to one entry.
  private static func checkPlaces(_ units: [MergeUnit]) throws(UnmergeableError) {
    var taken: [String: [(rows: Range<Int>, name: String)]] = [:]
    for unit in units {
      for piece in unit.base.pieces {
        let tensor = piece.weight.name
        guard piece.weight.storageType.isMergeable, piece.weight.parts.count == 1 else {
          throw .storage(tensor: tensor, type: piece.weight.parts[0].dataType.rawValue)
        }
        if let other = taken[tensor]?.first(where: { $0.rows.overlaps(piece.rows) }) {
          throw .overlap(modules: [other.name, unit.name])
        }
        taken[tensor, default: []].append((piece.rows, unit.name))
      }
      if let piece = unit.base.pieces.first, unit.base.pieces.count == 1,
        piece.rows.count == piece.weight.rows, unit.module?.isExpert != true,
        !piece.weight.belongs(to: unit.name)
      {
        throw .sharedWeight(module: unit.name, tensor: piece.weight.name)
      }
    }
  }

  /// The files of the result: one for each file of the base, under names that transformers finds.
  private static func shards(of base: ModelFolder, type: DataType?) throws -> [Shard] {
    let weights = Dictionary(uniqueKeysWithValues: base.parameters.map { ($0.name, $0) })
    for tensor in base.weights.tensors {
      if tensor.dataType.isOfBlocks { throw UnmergeableError.format(path: base.path) }
      // What is not copied byte by byte is read as numbers and written as such.
      let isCopied = tensor.isStoredInOrder && tensor.resultType(type) == tensor.dataType
      guard let weight = weights[tensor.name], weight.parts.count == 1,
        isCopied || tensor.dataType.isDecodable && tensor.resultType(type).isMergeable
      else {
        throw UnmergeableError.storage(tensor: tensor.name, type: tensor.dataType.rawValue)
      }
    }
    let files = Dictionary(grouping: base.weights.tensors, by: \.file)
      .sorted { $0.key < $1.key }
    return files.map { file, tensors in
      Shard(
        name: shardName(of: file, isOnly: files.count == 1),
        tensors: tensors.sorted { ($0.byteOffset, $0.name) < ($1.byteOffset, $1.name) }.map {
          SafetensorsShard.Tensor(
            name: $0.name, dataType: $0.resultType(type), shape: $0.shape)
        })
    }
  }

  /// The name of a file of the result: `model.safetensors` for a single one, else that of the base's file, with the
  /// ending of safetensors and without the beginning that PyTorch files have.
  private static func shardName(of file: String, isOnly: Bool) -> String {
    if isOnly { return "model.safetensors" }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard !name.hasSuffix(".safetensors") else { return name }
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    return (stem.hasPrefix("pytorch_model") ? String(stem.dropFirst(8)) : stem) + ".safetensors"
  }
}

extension ModelWeight {
  /// Whether a module or vector of this name is the only one that the weight is for.
  fileprivate func belongs(to unit: String) -> Bool {
    [unit, "\(unit).weight", "\(unit).in_proj_weight"].contains(name)
  }
}

extension TensorDescription {
  /// The type of the tensor in the result: another one only for numbers that can be rounded to it.
  func resultType(_ type: DataType?) -> DataType {
    dataType.isFloatingPoint ? type ?? dataType : dataType
  }
}

extension Finding {
  /// Why an adapter of which this was found cannot be merged into the base; nil if it can.
  fileprivate var obstacle: String? {
    switch self {
    case .new(let tensors):
      "the base has no place for \(tensors.prefix(3).map { "'\($0)'" }.joined(separator: ", "))"
    case .startUnknown, .notFinite, .shapeDiffers, .vocabularyResized, .conditional,
      .routerNotRead, .signsUnrecorded:
      description
    default: nil
    }
  }
}
