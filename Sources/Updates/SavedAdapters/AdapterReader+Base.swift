import Adapters
import Checkpoints
import LinearAlgebra

extension AdapterReader {
  /// The updates that come from one group of tensors.
  struct Prepared {
    var module: ModuleUpdate?
    var vectors: [VectorUpdate] = []
  }

  /// Checks the tensors of one place and prepares its updates.
  /// - Parameters:
  ///   - shared: The tensors that all modules share and this one uses.
  ///   - tensors: The tensors of the place and the shared ones, read once for both the checks and the findings.
  ///   - replayed: Those of the shared tensors that are in no file.
  func prepare(
    _ place: Place, settings: ModuleSettings, shared: [String: TensorDescription],
    tensors: [String: Tensor], replayed: [String: Tensor], _ findings: inout AdapterFindings
  ) throws -> Prepared {
    var settings = settings
    settings.expert = place.expert
    settings.layout = layout(of: place)
    var parameters = AdapterParameters(
      settings: settings, store: folder.weights,
      tensors: place.group.tensors.merging(shared) { own, _ in own }, replayed: replayed)
    let first = try applyStart(&parameters, place, tensors, &findings)
    var adapter = try parameters.adapter(of: tensors, first: first)
    // The shape of a matrix that is not square shows its layout.
    if let base = place.base, let shape = adapter.shape, shape != base.matrixShape,
      shape == MatrixShape(rows: base.columns, columns: base.rows)
    {
      parameters.settings.layout = settings.layout == .inByOut ? .outByIn : .inByOut
      adapter = try parameters.adapter(of: tensors, first: first)
    }
    let base = try resized(place, adapter, &parameters, &findings)
    try checkMagnitudes(place, adapter)
    try check(adapter, base: parameters.savedBase ?? base)
    if (place.expert?.index ?? 0) == 0 {
      findings.inspect(tensors, adapter: adapter, parameters: parameters)
    }
    let prepared = try prepared(
      place, base: base, adapter: adapter, parameters: parameters, &findings)
    if let module = prepared.module {
      findings.remember(module, adapter: adapter, tensors: tensors, parameters: parameters)
    }
    return prepared
  }

  private func prepared(
    _ place: Place, base: StoredMatrix?, adapter: any Adapter, parameters: AdapterParameters,
    _ findings: inout AdapterFindings
  ) throws -> Prepared {
    var prepared = Prepared()
    let storageType =
      base?.storageType
      ?? place.group.tensors.values.map(\.dataType).first { $0.isFloatingPoint } ?? .float32
    if let base, base.pieces[0].weight.shape.count == 1 {
      prepared.vectors.append(
        VectorUpdate(
          name: place.module + ".weight", base: base, count: base.columns,
          storageType: storageType, source: .adapterGain(adapter)))
    } else if adapter.changesWeight {
      guard let shape = base?.matrixShape ?? adapter.shape else {
        throw AdapterError.baseNeeded(module: place.module, method: adapter.resolved.method)
      }
      prepared.module = ModuleUpdate(
        module: place.module, base: base, rows: shape.rows, columns: shape.columns,
        layout: parameters.settings.layout, storageType: storageType,
        resolved: adapter.resolved, source: .adapter(parameters),
        // Read, scaled, transposed, stacked with a start, and reduced to an orthonormal basis.
        workspace: 8 * parameters.count + adapter.workspace(for: shape))
    }
    if let vector = try biasUpdate(
      place, storageType: storageType, adapter: adapter, &findings)
    {
      prepared.vectors.append(vector)
    }
    return prepared
  }

  private func biasUpdate(
    _ place: Place, storageType: DataType, adapter: any Adapter,
    _ findings: inout AdapterFindings
  ) throws -> VectorUpdate? {
    let change =
      if let weight = place.base { try adapter.biasChange(of: weight) } else { adapter.biasChange }
    guard let change else { return nil }
    let name = place.module + ".bias"
    let original = try originalName(of: name)
    let bias = try base.flatMap { base in
      try base.name(of: original).map { try base.matrix(named: $0) }
    }
    if let bias { try check(bias, name: name, count: change.count) }
    guard bias != nil || base == nil else {
      if case .addition = change { findings.add(.new(tensors: [name])) }
      return nil
    }
    let saved = try groups.values[place.group.module + ".bias"].map { value in
      StoredMatrix(try savedWeights().weight(named: value.tensor.name))
    }
    if let saved { try check(saved, name: name, count: change.count) }
    return VectorUpdate(
      name: name, base: bias, count: change.count,
      storageType: bias?.storageType ?? storageType,
      source: .adapterBias(change, saved: saved))
  }

  private func check(_ bias: StoredMatrix, name: String, count: Int) throws(UpdateError) {
    if bias.rows * bias.columns != count {
      throw .shapesDiffer(
        tensor: name, checkpoint: [count], base: bias.pieces[0].weight.shape)
    }
  }

  private func layout(of place: Place) -> WeightLayout {
    if place.expert != nil { return base?.storesExpertsTransposed == true ? .inByOut : .outByIn }
    if place.group.tensors.keys.contains(where: { $0.contains("_embedding_") }) { return .outByIn }
    let isFanInFanOut = configuration.isFanInFanOut
    return base?.layout(of: place.group.module, isFanInFanOut: isFanInFanOut)
      ?? BaseWeights.layout(withoutBase: place.group.module, isFanInFanOut: isFanInFanOut)
  }

  /// Determines what the adapter of a linear layer started from. Embeddings, convolutions and experts
  /// start at zero regardless of the configuration.
  /// - Returns: The tensors of step 0, if they are the start.
  private func applyStart(
    _ parameters: inout AdapterParameters, _ place: Place, _ tensors: [String: Tensor],
    _ findings: inout AdapterFindings
  ) throws -> [String: Tensor]? {
    guard folder.peftType == "LORA", place.expert == nil,
      let down = tensors["lora_A.weight"], let up = tensors["lora_B.weight"],
      down.shape.count == 2
    else { return nil }
    let initialization = configuration.initialization
    let first = initialGroups[place.group.path]
    switch initial {
    case .itself:
      let startsAtZero = initialization.start == .zero && (up.isZero || down.isZero)
      if !startsAtZero && initialization != .orthogonal { parameters.initial = .itself }
      return nil
    case .folder(let folder):
      guard let first, first.tensors["lora_B.weight"] != nil else { break }
      let start = try folder.weights.tensors(first.tensors)
      let isZero = start["lora_B.weight"]?.values.allSatisfy { $0 == 0 } ?? true
      let isNeeded =
        switch initialization.start {
        case .zero: !isZero && initialization != .orthogonal && initialization != .mica
        case .repeatable: false
        case .approximable, .unrecorded: true
        }
      if isNeeded {
        parameters.initial = .recorded(store: folder.weights, tensors: first.tensors)
        findings.add(.startRecorded(initialization: initialization.name))
        return start
      }
    case .absent: break
    }
    parameters.settings.start = initialization.repeatableStart
    switch initialization.start {
    case .approximable: findings.add(.startApproximated(initialization: initialization.name))
    case .unrecorded: findings.add(.startUnknown(initialization: initialization.name))
    case .zero, .repeatable: break
    }
    return nil
  }

  /// The base weight of a place. If the adapter has another number of rows (a resized embedding), it is cut to the
  /// common rows.
  private func resized(
    _ place: Place, _ adapter: any Adapter, _ parameters: inout AdapterParameters,
    _ findings: inout AdapterFindings
  ) throws -> StoredMatrix? {
    guard let base = place.base, let shape = adapter.shape, shape.rows != base.rows,
      shape.columns == base.columns, base.pieces.count == 1,
      let saved = groups.values[place.group.module + ".weight"], saved.isFrozenBase,
      saved.tensor.shape == [shape.rows, shape.columns]
    else { return place.base }
    findings.add(
      .vocabularyResized(module: place.module, base: base.rows, checkpoint: shape.rows))
    parameters.savedBase = StoredMatrix(try savedWeights().weight(named: saved.tensor.name))
    return base.slice(0..<min(base.rows, shape.rows))
  }

  /// The adapter's file, opened as a model to read its whole weights.
  func savedWeights() throws(CheckpointError) -> ModelFolder {
    try ModelFolder(savedWithAdapter: folder.weights.path)
  }

  /// PEFT gives a module without magnitudes the norms of its base, which nobody trained.
  private func checkMagnitudes(
    _ place: Place, _ adapter: any Adapter
  ) throws(AdapterError) {
    guard configuration.usesDoRA, place.expert == nil, adapter.resolved.method == LoRA.key else {
      return
    }
    throw .magnitudesMissing(module: adapter.resolved.module)
  }

  /// The weight of a convolution with groups has the inputs of one group.
  private func checkGroups(
    _ adapter: any Adapter, base: StoredMatrix
  ) throws(AdapterError) {
    guard let inputs = (adapter as? SavedIA3)?.scaledInputs, base.pieces.count == 1 else { return }
    let piece = base.pieces[0]
    let shape = piece.weight.shape
    guard shape.count > 2, piece.rows.count == piece.weight.rows, shape[1] > 0, inputs > shape[1],
      inputs.isMultiple(of: shape[1])
    else { return }
    throw .groupedScaling(module: adapter.resolved.module, groups: inputs / shape[1])
  }

  /// Checks the shapes before anything large is read, and whether a base that is needed is missing.
  private func check(_ adapter: any Adapter, base: StoredMatrix?) throws(AdapterError) {
    if let base { try checkGroups(adapter, base: base) }
    if let shape = base?.matrixShape ?? adapter.shape { try adapter.check(against: shape) }
    guard base == nil, adapter.needsBase else { return }
    // LoRA itself needs no base.
    if adapter.resolved.method == LoRA.key {
      throw .startNeedsBase(
        module: adapter.resolved.module, start: configuration.initialization.name)
    } else {
      throw .baseNeeded(
        module: adapter.resolved.module, method: adapter.resolved.method)
    }
  }
}

extension Tensor {
  /// Whether there are entries and all are zero.
  var isZero: Bool { !values.isEmpty && values.allSatisfy { $0 == 0 } }
}
