import Adapters
import Checkpoints
import Documents

/// The updates of a weight that a checkpoint contains whole, compared with the weight of the base.
enum WholeWeight {
  case matrices([ModuleUpdate])
  case vector(VectorUpdate)
  /// The shapes differ in such a way that no entry can be compared.
  case incomparable

  /// - Parameters:
  ///   - adapted: The weight after training.
  ///   - name: The tensor's name in the base.
  ///   - reportedName: The name to report, if it differs from the base's.
  ///   - report: Takes findings. If only the number of tokens differs, the common ones are compared; any other
  ///     difference of shape makes the weight ``incomparable``.
  init(
    _ adapted: ModelWeight, name: String, reportedName: String? = nil, base: BaseWeights,
    _ report: (Finding) -> Void
  ) throws {
    let before = try base.model.weight(named: name)
    let title = reportedName ?? name
    let module = BaseWeights.withoutWeight(title)
    let isResized = adapted.shape != before.shape && base.resizes(name, adapted, before)
    if isResized {
      report(
        .vocabularyResized(module: module, base: before.shape[0], checkpoint: adapted.shape[0]))
    } else if adapted.shape != before.shape {
      report(.shapeDiffers(tensor: title, checkpoint: adapted.shape, base: before.shape))
      self = .incomparable
      return
    }
    if adapted.shape.count < 2 {
      let vector = StoredMatrix(before)
      self = .vector(
        VectorUpdate(
          name: title, base: vector, count: min(vector.columns, adapted.columns),
          storageType: before.storageType, source: .adapted(StoredMatrix(adapted))))
      return
    }
    if adapted.shape.count == 3, module.contains("expert"), let dot = module.lastIndex(of: ".") {
      self = .matrices(
        try adapted.expertIndices(of: title).map { index in
          Self.update(
            "\(module[..<dot]).\(index)\(module[dot...])",
            StoredMatrix(adapted, expert: index), StoredMatrix(before, expert: index),
            layout: base.storesExpertsTransposed ? .inByOut : .outByIn)
        })
      return
    }
    var matrices = (adapted: StoredMatrix(adapted), before: StoredMatrix(before))
    if isResized {
      let rows = min(before.shape[0], adapted.shape[0])
      matrices = (matrices.adapted.slice(0..<rows), matrices.before.slice(0..<rows))
    }
    self = .matrices([
      Self.update(
        module, matrices.adapted, matrices.before,
        layout: base.layout(of: module, isFanInFanOut: false))
    ])
  }

  private static func update(
    _ module: String, _ adapted: StoredMatrix, _ before: StoredMatrix, layout: WeightLayout
  ) -> ModuleUpdate {
    ModuleUpdate(
      module: module, base: before, rows: before.rows, columns: before.columns, layout: layout,
      storageType: before.storageType, resolved: nil, source: .adapted(adapted), workspace: 0)
  }
}

extension BaseWeights {
  /// Whether two shapes of a weight differ only in the number of tokens: the rows, or a bias, of an embedding or of an
  /// output head.
  fileprivate func resizes(_ name: String, _ after: ModelWeight, _ before: ModelWeight) -> Bool {
    guard after.shape.count == before.shape.count, (1...2).contains(before.shape.count),
      after.shape.dropFirst() == before.shape.dropFirst()
    else { return false }
    let owner = name.split(separator: ".").dropLast().last.map(String.init) ?? name
    return Self.vocabularies.contains(owner) || before.shape[0] == vocabularySize
  }

  private static let vocabularies: Set<String> = [
    "embed_in", "embed_out", "embed_tokens", "lm_head", "shared", "tok_embeddings",
    "word_embeddings", "wte",
  ]

  private var vocabularySize: Int? {
    (model.configuration["vocab_size"] ?? model.configuration["text_config"]?["vocab_size"])?
      .integer
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
}
