import Adapters
import Checkpoints

/// The updates of a weight that a checkpoint contains whole, compared with the weight of the base.
enum WholeWeight {
  case matrices([ModuleUpdate])
  case vector(VectorUpdate)

  /// - Parameters:
  ///   - adapted: The weight after training.
  ///   - name: The tensor's name in the base.
  ///   - reportedName: The name to report, if it differs from the base's.
  /// - Throws: ``UpdateError/shapesDiffer(tensor:checkpoint:base:)``. If only the number of rows of a
  ///   vocabulary differs, the vocabulary was resized; that is a finding, not an error.
  init(
    _ adapted: ModelWeight, name: String, reportedName: String? = nil, base: BaseWeights,
    _ report: (Finding) -> Void
  ) throws {
    let before = try base.model.weight(named: name)
    let title = reportedName ?? name
    let module = BaseWeights.withoutWeight(title)
    guard adapted.shape.count > 1 else {
      guard adapted.shape == before.shape else {
        throw UpdateError.shapesDiffer(
          tensor: title, checkpoint: adapted.shape, base: before.shape)
      }
      let vector = StoredMatrix(before)
      self = .vector(
        VectorUpdate(
          name: title, base: vector, count: vector.columns, storageType: before.storageType,
          source: .adapted(StoredMatrix(adapted))))
      return
    }
    if adapted.shape == before.shape, adapted.shape.count == 3, module.contains("expert"),
      let dot = module.lastIndex(of: ".")
    {
      self = .matrices(
        try adapted.expertIndices(of: title).map { index in
          Self.update(
            "\(module[..<dot]).\(index)\(module[dot...])",
            StoredMatrix(adapted, expert: index), StoredMatrix(before, expert: index),
            layout: base.storesExpertsTransposed ? .inByOut : .outByIn)
        })
      return
    }
    let layout = base.layout(of: module, isFanInFanOut: false)
    if adapted.shape == before.shape {
      self = .matrices([
        Self.update(module, StoredMatrix(adapted), StoredMatrix(before), layout: layout)
      ])
    } else if adapted.shape.dropFirst() == before.shape.dropFirst(), adapted.shape.count == 2,
      Self.isVocabulary(module)
    {
      report(
        .vocabularyResized(
          module: module, base: before.shape[0], checkpoint: adapted.shape[0]))
      let rows = min(before.shape[0], adapted.shape[0])
      self = .matrices([
        Self.update(
          module, StoredMatrix(adapted).leadingRows(rows),
          StoredMatrix(before).leadingRows(rows), layout: layout)
      ])
    } else {
      throw UpdateError.shapesDiffer(
        tensor: title, checkpoint: adapted.shape, base: before.shape)
    }
  }

  private static func update(
    _ module: String, _ adapted: StoredMatrix, _ before: StoredMatrix, layout: WeightLayout
  ) -> ModuleUpdate {
    ModuleUpdate(
      module: module, base: before, rows: before.rows, columns: before.columns, layout: layout,
      storageType: before.storageType, resolved: nil, source: .adapted(adapted), workspace: 0)
  }

  /// Whether the rows of a module are tokens, whose number may change.
  private static func isVocabulary(_ module: String) -> Bool {
    let kind = module.split(separator: ".").last ?? ""
    return ["embed_tokens", "lm_head", "wte", "word_embeddings", "embed_in", "embed_out"]
      .contains(String(kind))
  }
}

extension ModelWeight {
  /// The most experts of a tensor. Each becomes an update of its own, so a file of a few bytes could ask for
  /// all memory.
  private static var expertLimit: Int { 1 << 16 }

  /// The numbers of the experts that a tensor of three dimensions stacks.
  /// - Throws: ``UpdateError/tooManyExperts(tensor:count:most:)``.
  func expertIndices(of name: String) throws(UpdateError) -> Range<Int> {
    guard shape[0] <= Self.expertLimit else {
      throw .tooManyExperts(tensor: name, count: shape[0], most: Self.expertLimit)
    }
    return 0..<shape[0]
  }

  /// Whether two weights hold the same numbers.
  func equals(_ other: ModelWeight) throws -> Bool {
    guard shape == other.shape else { return false }
    for start in stride(from: 0, to: rows, by: Self.panelRows) {
      let panel = start..<min(start + Self.panelRows, rows)
      if try doubles(rows: panel) != other.doubles(rows: panel) { return false }
    }
    return true
  }

  /// ‖this − other‖ / ‖other‖ over the first rows.
  func distance(from other: ModelWeight, rows count: Int) throws -> Double {
    var difference = 0.0
    var size = 0.0
    for start in stride(from: 0, to: count, by: Self.panelRows) {
      let panel = start..<min(start + Self.panelRows, count)
      for (own, others) in zip(try doubles(rows: panel), try other.doubles(rows: panel)) {
        difference += (own - others) * (own - others)
        size += others * others
      }
    }
    return difference == 0 ? 0 : (difference / size).squareRoot()
  }

  private static var panelRows: Int { 512 }
}
