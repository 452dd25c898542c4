import Adapters
import Checkpoints
import Diagnosis
import Documents
import Foundation
import LinearAlgebra
package import Studies
import Training
import Updates

/// Reads from the first checkpoints of a run that was trained elsewhere which rate its start bears.
package struct RunProbe {
  private let run: Run
  private let base: ModelFolder?
  private let log: TrainingLog
  /// A file of prompts and answers.
  private let texts: String?
  private let notes: [String]

  /// How many texts are read at most, and how many checkpoints.
  private static let textLimit = 256, checkpointLimit = 9

  /// - Parameters:
  ///   - path: The folder of the run.
  ///   - base: Which base it is from.
  ///   - texts: A file of prompts and answers, such as the run's own; nil to judge by the log.
  /// - Throws: What reading throws.
  package init(path: String, base: BaseChoice, texts: String?) throws {
    let runs = try Discovery.runs(at: path)
    guard let run = runs.first else { throw AdviceError.noRun(path: path) }
    guard runs.count == 1 else {
      throw AdviceError.severalRuns(path: path, names: runs.map(\.name))
    }
    self.run = run
    self.texts = texts
    log = TrainingLog(run.history)
    var locator = BaseLocator(base, among: [run])
    self.base = texts == nil ? nil : try locator.base(of: run)?.model
    var hashes = ContentHashes()
    let doubt = try self.base.flatMap { try run.doubt(about: $0, &hashes) }
    notes = run.notes + [doubt?.note].compactMap(\.self)
  }

  /// What the run says.
  /// - Throws: ``AdviceError`` if it does not say enough; what reading throws.
  package func advice() throws -> ProbedRun {
    let rate = RunSettings(of: run, nil, log: log).learningRate
    if let texts {
      return try advice(.policies, moves: policyMoves(texts, rate: rate), rate: rate)
    }
    guard let logged = log.curve(of: .stepDivergence) else {
      throw AdviceError.nothingLogged(run: run.name)
    }
    // What follows a first step that went out of the law's reach says nothing of the start.
    let early = logged.points.filter {
      (2...Self.checkpointLimit).contains($0.step) || $0.step == 1 && $0.value > StepLaw.reach
    }
    guard !early.isEmpty else {
      throw AdviceError.noEarlySteps(run: run.name, last: Self.checkpointLimit)
    }
    return try advice(
      .column(logged.column),
      moves: early.map { point in
        .init(
          from: point.step - 1, to: point.step,
          rate: self.rate(after: point.step - 1, through: point.step, else: rate),
          divergence: point.value)
      }, rate: rate)
  }

  private func advice(
    _ source: ProbedRun.Source, moves: [ProbedRun.Move], rate: Double?
  ) throws -> ProbedRun {
    let found = ProbedRun(
      name: run.name, source: source, moves: moves, rate: rate, notes: notes + cautions(of: moves))
    guard let found else {
      let first = moves.first { $0.divergence > 0 }?.divergence ?? 0
      throw first > StepLaw.reach
        ? AdviceError.outOfReach(run: run.name, divergence: first)
        : AdviceError.noMove(run: run.name)
    }
    return found
  }

  /// What makes moves tell less than they seem to.
  private func cautions(of moves: [ProbedRun.Move]) -> [String] {
    var cautions: [String] = []
    if let longest = moves.map({ $0.to - $0.from }).max(), longest > 1 {
      cautions.append(
        "checkpoints are up to \(longest) steps apart, and tell little of a single step: save one a step (save_steps=1)"
      )
    }
    // The law is of runs whose rate rises over the first steps.
    if let first = moves.first?.rate, moves.count > 1, moves.allSatisfy({ $0.rate == first }) {
      cautions.append(
        "the rate did not rise in these steps: without a warm-up starts died at rates up to half as high as this"
      )
    }
    return cautions
  }

  /// How far the policy moved between consecutive checkpoints.
  private func policyMoves(_ file: String, rate: Double?) throws -> [ProbedRun.Move] {
    guard let base else { throw AdviceError.noBase(run: run.name) }
    let checkpoints = run.checkpoints.prefix(Self.checkpointLimit)
    guard checkpoints.count > 1 else { throw AdviceError.oneCheckpoint(run: run.name) }
    let texts = try ModelTexts(folder: base.path)
    let decoder = try DecoderModel<Float>(reading: base)
    let tokens = try TokenizedTexts(
      file: file, texts: texts, configuration: decoder.configuration, limit: Self.textLimit)
    guard tokens.tokenCount > 0 else { throw AdviceError.noTokens(file: file) }
    var moves = [ProbedRun.Move]()
    var last: (step: Int, values: [Double])?
    for checkpoint in checkpoints {
      try Task.checkCancellation()
      let step = checkpoint.step
      let values = try policy(at: checkpoint, of: decoder, base).logProbabilities(of: tokens)
      if let last, step > last.step {
        moves.append(
          .init(
            from: last.step, to: step,
            rate: self.rate(after: last.step, through: step, else: rate),
            divergence: SampledDivergence.mean(from: last.values, to: values)))
      }
      last = (step, values)
    }
    return moves
  }

  /// The decoder with the weights of a checkpoint.
  private func policy(
    at checkpoint: Checkpoint, of decoder: DecoderModel<Float>, _ base: ModelFolder
  ) throws -> DecoderModel<Float> {
    let updates = try CheckpointUpdates(of: checkpoint, in: run, base: base)
    guard let policy = try decoder.adding(updates) else {
      throw AdviceError.foreignTensors(checkpoint: checkpoint.path)
    }
    return policy
  }

  /// The root of the sum of the squared rates of some steps; each without a logged rate has that of the run.
  private func rate(after first: Int, through last: Int, else usual: Double?) -> Double {
    let logged = Dictionary(
      (log.curve(of: .learningRate)?.points ?? []).map { ($0.step, $0.value) }
    ) { _, new in new }
    return (first + 1...last).reduce(0) { sum, step in
      let rate = logged[step] ?? usual ?? 0
      return sum + rate * rate
    }.squareRoot()
  }
}
