import Adapters
import Checkpoints

extension AdapterReader {
  /// The updates of tensors that were saved whole: trained biases, modules of `modules_to_save`.
  /// - Parameter handled: Vectors whose updates already exist, such as a bias that an adapter changes too.
  func valueUpdates(
    leavingOut handled: Set<String>, _ findings: inout AdapterFindings
  ) throws -> (modules: [ModuleUpdate], vectors: [VectorUpdate]) {
    var modules: [ModuleUpdate] = []
    var vectors: [VectorUpdate] = []
    var reports: [Finding] = []
    var new: [String] = []
    var unclaimed: [String] = []
    var skipped: [String] = []
    let saved = groups.values.isEmpty ? nil : try savedWeights()
    for (name, value) in groups.values.sorted(by: { $0.key < $1.key }) {
      guard let base, let saved else {
        if name.hasSuffix(".weight") || name.hasSuffix(".bias") {
          if !value.isFrozenBase { skipped.append(name) }
        } else {
          unclaimed.append(name)
        }
        continue
      }
      let weight = try saved.weight(named: value.tensor.name)
      let original = try originalName(of: name)
      let fits = { (other: ModelWeight) in other.shape.dropFirst() == weight.shape.dropFirst() }
      guard let baseName = base.name(of: original, where: fits) else {
        // PEFT saves the head of a task without listing it in `modules_to_save`.
        if isSavedModule(name) || weight.shape.count > 1 && name.hasSuffix(".weight")
          || name.hasSuffix(".bias")
        {
          new.append(name)
        } else {
          unclaimed.append(name)
        }
        continue
      }
      if handled.contains(original == name ? baseName : name) { continue }
      if value.isFrozenBase {
        try compareFrozen(weight, with: base, name: baseName).map { reports.append($0) }
      } else if let other = try tiedOriginal(of: name, weight, base: base, saved: saved) {
        reports.append(.tiedCopy(tensor: name, of: other))
      } else {
        let update = try WholeWeight(
          weight, name: baseName, reportedName: original == name ? nil : name, base: base
        ) { reports.append($0) }
        switch update {
        case .matrices(let updates): modules += updates
        case .vector(let update): vectors.append(update)
        case .incomparable: break
        }
      }
    }
    if let first = unclaimed.first {
      throw UpdateError.unclaimedTensors(names: unclaimed, nearest: base?.nearest(to: first))
    }
    if !new.isEmpty { reports.append(.new(tensors: new)) }
    if !skipped.isEmpty { reports.append(.skippedWithoutBase(tensors: skipped)) }
    for report in reports { findings.add(report) }
    return (modules, vectors)
  }

  private func isSavedModule(_ name: String) -> Bool {
    configuration.modulesToSave.contains { module in
      name.hasPrefix("\(module).") || name.contains(".\(module).")
    }
  }

  /// The embedding that a head repeats, if the base ties them and the file has the same numbers for both.
  private func tiedOriginal(
    of name: String, _ weight: ModelWeight, base: BaseWeights, saved: ModelFolder
  ) throws -> String? {
    guard base.model.tiedEmbeddings, name.hasSuffix("lm_head.weight") else { return nil }
    let others = groups.values.filter { !$0.value.isFrozenBase }.sorted { $0.key < $1.key }
    let embeddings = try others.map { try saved.weight(named: $0.value.tensor.name) }
    let twin = try weight.twin(among: embeddings)
    return others.first { $0.value.tensor.name == twin?.name }?.key
  }

  /// Compares a frozen weight that was saved with the adapter to the base; a finding if they differ.
  private func compareFrozen(
    _ weight: ModelWeight, with base: BaseWeights, name: String
  ) throws -> Finding? {
    let before = try base.model.weight(named: name)
    guard weight.shape.count == 2, weight.shape.dropFirst() == before.shape.dropFirst() else {
      throw UpdateError.shapesDiffer(tensor: name, checkpoint: weight.shape, base: before.shape)
    }
    // A few thousand rows are enough to recognise another base.
    let rows = min(weight.shape[0], before.shape[0], 4096)
    let distance = try weight.distance(from: before, rows: rows)
    let rounding = max(weight.storageType.unitRoundoff, before.storageType.unitRoundoff)
    return distance <= 2 * rounding ? nil : .baseDiffers(tensor: name, distance: distance)
  }
}
