import Adapters
import Checkpoints

/// Reads a fully fine-tuned model: finds the base tensor that each of its tensors came from.
struct ModelReader {
  let model: ModelFolder
  let base: BaseWeights
  /// Whether the run has other checkpoints than this.
  let hasSiblings: Bool

  func updates() throws -> CheckpointUpdates {
    let isOwnBase = try model.isSame(as: base.model)
    if isOwnBase, !hasSiblings { throw UpdateError.ownBase(checkpoint: model.path) }
    let tensors = try TensorPairs(model, base)
    let others = try UnmatchedTensors(tensors.unmatched, of: model, base: base)
    var modules = others.modules
    var vectors: [VectorUpdate] = []
    var findings = others.findings
    var incomparable: [String] = []
    let shared = tensors.sharedNames
    for pair in tensors.pairs {
      if let original = try tiedOriginal(of: pair, among: tensors.pairs) {
        findings.append(.tiedCopy(tensor: pair.name, of: original))
        continue
      }
      let reportedName = shared.contains(pair.baseName) ? pair.name : nil
      switch try WholeWeight(
        pair.weight, name: pair.baseName, reportedName: reportedName, base: base,
        { findings.append($0) })
      {
      case .matrices(let updates): modules += updates
      case .vector(let update): vectors.append(update)
      case .incomparable: incomparable.append(pair.name)
      }
    }
    try base.requireMost(
      compared: modules.count, strangers: incomparable + others.new.filter(isMatrix))
    if !shared.isEmpty { findings.append(.sharedWeights(tensors: shared.sorted())) }
    if let finding = tensors.translations.finding { findings.append(finding) }
    if !tensors.withoutNumbers.isEmpty {
      findings.append(.notCompared(tensors: tensors.withoutNumbers))
    }
    let missing = try lacking(tensors.missing.filter { !others.covered.contains($0) })
    if !missing.isEmpty { findings.append(.missingFromCheckpoint(tensors: missing)) }
    findings += isOwnBase ? [.ownBase] : try WholeModelComparison(&modules).findings
    // Masks of older libraries are infinite on purpose.
    let weights = model.parameters.lazy.filter { !UnmatchedTensors.isBuffer($0.name) }
    findings += try UnmeasuredWeights.findings(
      in: weights.map { ($0.name, $0) }, besides: modules, vectors)
    return CheckpointUpdates(
      method: "full", modules: modules, vectors: vectors, findings: findings)
  }

  /// Those of some tensors of the base without which a checkpoint is not whole: constants and copies of other tensors, such
  /// as a tied head, may be left out.
  private func lacking(_ missing: [String]) throws -> [String] {
    let absent = Set(missing)
    let present = missing.isEmpty ? [] : base.model.parameters.filter { !absent.contains($0.name) }
    return try missing.filter { name in
      try !UnmatchedTensors.isBuffer(name)
        && UnmatchedTensors.original(of: base.model.weight(named: name), among: present) == nil
    }
  }

  /// The embedding that a head repeats, if the base ties them and the checkpoint has the same numbers for both.
  private func tiedOriginal(
    of pair: TensorPairs.Pair, among pairs: [TensorPairs.Pair]
  ) throws -> String? {
    guard base.model.tiedEmbeddings, pair.name.hasSuffix("lm_head.weight") else { return nil }
    let embeddings = pairs.lazy.filter { $0.name.contains("embed") }.map(\.weight)
    return try pair.weight.twin(among: embeddings)?.name
  }

  private func isMatrix(_ name: String) -> Bool {
    ((try? model.weight(named: name))?.shape.count ?? 0) > 1
  }
}
