import Adapters
import Checkpoints

/// Reads a fully fine-tuned model: finds the base tensor that each of its tensors came from.
struct ModelReader {
  let model: ModelFolder
  let base: BaseWeights

  func updates() throws -> CheckpointUpdates {
    var modules: [ModuleUpdate] = []
    var vectors: [VectorUpdate] = []
    var findings: [Finding] = []
    var notCompared: [String] = []
    var found: Set<String> = []
    for tensor in model.weights.tensors {
      guard let name = base.name(of: tensor.name) else {
        // Scales belong to their weights.
        if tensor.name.hasSuffix("_scale_inv") { continue }
        throw UpdateError.moduleNotInBase(
          module: BaseWeights.withoutWeight(tensor.name), nearest: base.nearest(to: tensor.name))
      }
      let adapted = try model.weight(named: tensor.name)
      found.insert(try base.model.weight(named: name).tensor.name)
      if !tensor.dataType.isFloatingPoint {
        notCompared.append(tensor.name)
      } else if try isTiedTwin(tensor, adapted) {
        findings.append(.tiedHeadCountedOnce(tensor: tensor.name))
      } else if !tensor.name.hasSuffix("_scale_inv") {
        switch try WholeWeight(adapted, name: name, base: base, { findings.append($0) }) {
        case .matrices(let updates): modules += updates
        case .vector(let update): vectors.append(update)
        }
      }
    }
    let missing = base.model.weights.tensors.map(\.name).filter {
      !found.contains($0) && !$0.hasSuffix("_scale_inv")
    }
    if !notCompared.isEmpty { findings.append(.notCompared(tensors: notCompared)) }
    if !missing.isEmpty { findings.append(.missingFromCheckpoint(tensors: missing)) }
    return CheckpointUpdates(
      method: "full", modules: modules, vectors: vectors, findings: findings)
  }

  /// Whether this is the head, tied to the embedding in the base, and the checkpoint has the same numbers for both.
  private func isTiedTwin(_ tensor: TensorDescription, _ adapted: ModelWeight) throws -> Bool {
    guard base.model.tiedEmbeddings, tensor.name.hasSuffix("lm_head.weight") else { return false }
    for other in model.weights.tensors
    where other.name != tensor.name && other.shape == tensor.shape
      && other.name.contains("embed")
    {
      if try adapted.equals(model.weight(named: other.name)) { return true }
    }
    return false
  }
}
