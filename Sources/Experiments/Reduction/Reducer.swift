package import Adapters
package import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Spectra
import Updates

/// Makes a LoRA of the updates of a checkpoint: chooses ranks, takes the best factors, says what is lost.
///
/// The matrices are worked on one by one, ``jobs`` at once. Beside these, memory holds the factors.
package struct Reducer: Sendable {
  package let source: ReductionSource
  package let options: ReductionOptions
  private let parts: ReductionParts
  private let text: String?
  private let jobs: Int

  /// - Parameters:
  ///   - text: A file that base, tuned and reduced model read: plain text, or prompts and answers if it ends in `.jsonl`.
  ///   - jobs: How many matrices are worked on at once.
  /// - Throws: ``ReductionError`` for what no LoRA can hold; what reading throws.
  package init(
    _ source: ReductionSource, _ options: ReductionOptions, text: String? = nil, jobs: Int
  ) throws {
    self.source = source
    self.options = options
    parts = try ReductionParts(source, options)
    self.text = text
    self.jobs = jobs
  }

  /// What would be kept and lost. Without a text only spectra are computed.
  package func plan() async throws -> Reduction {
    if text != nil { return try await reduced().reduction }
    let spectra = try await spectra(nil)
    let ranks = ranks(of: spectra)
    if ranks.allSatisfy({ $0 == 0 }), parts.whole.isEmpty {
      throw ReductionError.nothing(path: source.checkpoint.path)
    }
    let stored = parts.storedRanks(ranks.map { $0 == 0 ? 0 : equalRank(ranks) ?? $0 })
    return try reduction(
      parts.factored.indices.map { index in
        ReducedModule(
          parts.factored[index], spectra[index], kept: ranks[index], storedRank: stored[index])
      })
  }

  /// A reduction that was carried out.
  package struct Outcome: Sendable {
    package let reduction: Reduction
    package let adapter: LowRankAdapter
    let whole: [WholeValues]
  }

  /// The factors of all modules.
  /// - Parameter work: Where each is kept when it is found, and taken from if it is there; nil to keep none.
  /// - Throws: ``ReductionError/nothing(path:)`` if there is nothing to write; what reading throws; `OutputError`.
  package func reduced(keeping work: PartialWork? = nil) async throws -> Outcome {
    let text = try text.map { try ReductionText(file: $0, source: source) }
    let results: [ModuleReduction.Result]
    if type(of: options.rule).sharesOut || options.hasEqualRanks {
      let spectra = try await spectra(work)
      let ranks = ranks(of: spectra)
      for (part, (spectrum, rank)) in zip(parts.factored, zip(spectra, ranks)) {
        try check(rank, of: spectrum, part)
      }
      let filling = equalRank(ranks)
      results = try await ParallelMap.map(Array(zip(parts.factored, ranks)), jobs: jobs) { item in
        try item.0.result(in: work, "rank \(item.1) \(filling ?? 0)") {
          try ModuleReduction(part: item.0, options: options)
            .factors(to: { _ in item.1 }, filling: filling)
        }
      }
    } else {
      results = try await ParallelMap.map(parts.factored, jobs: jobs) { part in
        try part.result(in: work, "factors") {
          try ModuleReduction(part: part, options: options)
            .factors(to: { spectrum in try rank(of: spectrum, part) })
        }
      }
    }
    let kept = results.map(\.module)
    let stored = parts.storedRanks(kept.map { $0?.rank ?? 0 })
    let losses = try await text?.outputLosses(of: parts.factored, kept: kept, jobs: jobs)
    let lines = results.indices.map { index in
      ReducedModule(
        parts.factored[index], results[index].spectrum, kept: keptRank(results[index]),
        storedRank: stored[index], lostOutput: losses?[index],
        rounding: results[index].rounding)
    }
    var modules = kept.stacked(parts.factored)
    if modules.isEmpty {
      guard !parts.whole.isEmpty, let carrier = parts.carrier() else {
        throw ReductionError.nothing(path: source.checkpoint.path)
      }
      modules = [carrier]
    }
    return Outcome(
      reduction: try reduction(lines, text: text?.loss(parts, kept: kept)),
      adapter: LowRankAdapter(
        modules: modules, whole: parts.whole.map(\.parameter), baseName: source.baseName,
        taskType: source.taskType,
        // PEFT refuses it beside LoRA of a parameter, whose shape says the same.
        isFanInFanOut: parts.factored.contains {
          $0.stack == nil && $0.update.layout == .inByOut
        },
        fields: source.meaningfulFields),
      whole: parts.whole.map(\.values))
  }

  // MARK: Ranks

  /// How many of the singular values the stored factors hold; zeros fill up the others.
  private func keptRank(_ result: ModuleReduction.Result) -> Int {
    guard let module = result.module else { return 0 }
    return min(module.rank, result.spectrum.values.count)
  }

  private func rank(of spectrum: Spectrum, _ part: ReductionParts.Factored) throws -> Int {
    let rank = limited(options.rule.ranks(of: [spectrum])[0])
    try check(rank, of: spectrum, part)
    return rank
  }

  /// Refuses factors that are larger than the update itself, unless the adapter has as large ones.
  private func check(
    _ rank: Int, of spectrum: Spectrum, _ part: ReductionParts.Factored
  ) throws(ReductionError) {
    let full = spectrum.fullCount
    guard options.refusesFullRank, rank >= full, full > 2 else { return }
    if let own = part.update.resolved?.rank, 2 * own >= full { return }
    throw .fullRank(module: part.name, rank: rank, full: full)
  }

  private func ranks(of spectra: [Spectrum]) -> [Int] {
    let ranks = options.rule.ranks(of: spectra, in: parts.rankGroups(spectra)).map(limited)
    guard let equal = equalRank(ranks) else { return ranks }
    return zip(ranks, spectra).map { $0 == 0 ? 0 : min(equal, $1.values.count) }
  }

  private func limited(_ rank: Int) -> Int { options.largestRank.map { min(rank, $0) } ?? rank }

  private func equalRank(_ ranks: [Int]) -> Int? { options.hasEqualRanks ? ranks.max() : nil }

  // MARK: Work

  private func spectra(_ work: PartialWork?) async throws -> [Spectrum] {
    try await ParallelMap.map(parts.factored, jobs: jobs) { part in
      let key = "spectrum \(part.name)"
      if let found = try work?.record(of: key).flatMap(ReductionRecord.spectrum) { return found }
      let spectrum = try ModuleReduction(part: part, options: options).spectrum()
      try work?.add(ReductionRecord.bytes(of: spectrum), of: key)
      return spectrum
    }
  }

  private func reduction(
    _ lines: [ReducedModule], text: Reduction.TextLoss? = nil
  ) throws -> Reduction {
    Reduction(
      modules: lines.filter { $0.norm > 0 },
      whole: parts.whole.map { "\($0.parameter.module).\($0.parameter.parameter)" },
      leftOut: parts.leftOut,
      warnings: source.notes + source.updates.findings.warningLines
        + [parts.kindWarning].compactMap(\.self),
      text: text)
  }
}

extension ReductionParts.Factored {
  /// The factors that were kept; else those that are computed, which are then kept.
  fileprivate func result(
    in work: PartialWork?, _ what: String, _ compute: () throws -> ModuleReduction.Result
  ) throws -> ModuleReduction.Result {
    let key = "\(what) \(name)"
    if let bytes = try work?.record(of: key),
      let found = ReductionRecord.result(bytes, of: self)
    {
      return found
    }
    let result = try compute()
    try work?.add(ReductionRecord.bytes(of: result), of: key)
    return result
  }
}

extension LowRankModule {
  /// The same update of the head that shares the weight of an embedding: there it is no transposed product.
  func twin(_ head: String?) -> [LowRankModule] {
    guard let head else { return [] }
    return [
      LowRankModule(
        name: head, kind: .linear,
        factors: FactorPair(
          input: factors.output.transposed(), output: factors.input.transposed()),
        alpha: alpha)
    ]
  }
}
