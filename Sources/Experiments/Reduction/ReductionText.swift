import Adapters
import Checkpoints
import LinearAlgebra
import Training
import Updates

/// What a reduction does to what the model says about a text: the tuned decoder and the reduced one read the same tokens.
struct ReductionText {
  private let base: DecoderModel<Float>
  private let tuned: DecoderModel<Float>
  private let tokens: TokenizedTexts
  private let source: ReductionSource

  /// How many tokens are read at most, and how long a passage of plain text is.
  private static let tokenLimit = 1024, passageLength = 128

  /// - Parameters:
  ///   - file: Plain text, or prompts and answers if it ends in `.jsonl`.
  ///   - source: What is reduced.
  /// - Throws: ``ReductionError`` if the model is none that is run here; what reading throws.
  init(file: String, source: ReductionSource) throws {
    guard let folder = source.base else { throw ReductionError.textNeedsBase }
    base = try DecoderModel<Float>(reading: folder)
    let texts = try ModelTexts(folder: folder.path)
    tokens =
      file.hasSuffix(".jsonl")
      ? try TokenizedTexts(
        file: file, texts: texts, configuration: base.configuration, limit: Self.tokenLimit
      ).prefix(tokens: Self.tokenLimit)
      : try TokenizedTexts(
        passagesOf: file, texts: texts, configuration: base.configuration,
        length: Self.passageLength, limit: Self.tokenLimit)
    guard tokens.tokenCount > 0 else { throw ReductionError.emptyText(file: file) }
    guard let tuned = try base.adding(source.updates) else {
      throw ReductionError.foreignTensors(checkpoint: source.checkpoint.path)
    }
    self.tuned = tuned
    self.source = source
  }

  /// How far the outputs of modules are from those of the tuned model.
  /// - Parameters:
  ///   - parts: The updates.
  ///   - kept: What is kept of each; nil for nothing.
  ///   - jobs: How many matrices are worked on at once.
  /// - Returns: ‖X(ΔW − kept)ᵀ‖_F / ‖XΔWᵀ‖_F for what each module reads in the tuned model, X; nil for embeddings.
  func outputLosses(
    of parts: [ReductionParts.Factored], kept: [LowRankModule?], jobs: Int
  ) async throws -> [Double?] {
    let pass = tuned.pass(over: tokens)
    var losses: [Double?] = []
    for start in stride(from: 0, to: parts.count, by: 2 * jobs) {
      let range = start..<min(start + 2 * jobs, parts.count)
      // Taken here, as a pass belongs to one thread.
      let work = range.map { (parts[$0], kept[$0], pass.input(of: parts[$0].tensor)?.matrix) }
      losses += try await ParallelMap.map(work, jobs: jobs) { part, module, inputs in
        guard let inputs else { return nil }
        let update = try part.update.matrix()
        let wanted = Matrix.product(inputs, .asStored, update, .transposed)
        let lost = module.map {
          wanted - Matrix.product(inputs, .asStored, part.change($0), .transposed)
        }
        let size = wanted.frobeniusNorm()
        return size > 0 ? (lost ?? wanted).frobeniusNorm() / size : 0
      }
    }
    return losses
  }

  /// What base, tuned and reduced model say about the text.
  /// - Parameters:
  ///   - parts: What becomes of each update.
  ///   - kept: The modules of the new adapter, in the order of the factored parts.
  func loss(_ parts: ReductionParts, kept: [LowRankModule?]) throws -> Reduction.TextLoss {
    let whole = Set(parts.whole.map(\.tensor))
    var changes = zip(parts.factored, kept).compactMap { part, module in
      module.map { (tensor: part.tensor, change: part.change($0)) }
    }
    changes += try source.updates.modules.filter { whole.contains("\($0.module).weight") }.map {
      (tensor: "\($0.module).weight", change: try $0.matrix())
    }
    changes += try source.updates.vectors.filter { whole.contains($0.name) }.map {
      (tensor: $0.name, change: try $0.row())
    }
    guard let reduced = base.adding(changes) else {
      throw ReductionError.foreignTensors(checkpoint: source.checkpoint.path)
    }
    func nats(_ model: DecoderModel<Float>) -> Double {
      -model.logProbabilities(of: tokens).reduce(0, +) / Double(tokens.tokenCount)
    }
    return Reduction.TextLoss(
      tokens: tokens.tokenCount, base: nats(base), tuned: nats(tuned), reduced: nats(reduced))
  }
}

extension ReductionParts.Factored {
  /// The tensor of the base that the update is of.
  fileprivate var tensor: String { "\(update.module).weight" }

  /// What an adapter makes of the update, in the layout of the weight.
  fileprivate func change(_ module: LowRankModule) -> Matrix {
    let product = module.scale * (module.factors.output * module.factors.input)
    return isTransposed ? product.transposed() : product
  }
}
