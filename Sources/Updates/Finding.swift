public import LinearAlgebra

/// Something about a checkpoint that a user of its numbers should know.
public enum Finding: Sendable, Equatable {
  // MARK: What the adapter started from

  /// The start was random and was not saved; the exact singular triplets are subtracted instead.
  case startApproximated(initialization: String)
  /// The factors of step 0 are in the run and were subtracted.
  case startRecorded(initialization: String)
  /// The start was not zero and is not known; nothing was subtracted.
  case startUnknown(initialization: String)
  /// The configuration says that the start was zero, but the factors still reproduce a part of the
  /// base: the run probably started there, and loading the saved adapter does not give the trained model.
  case startSuspected(module: String, part: SingularBlock.Part, distance: Double)
  /// The distance, as a fraction, of the adapter's product from the part of this base that it should have
  /// started from; `matches` says whether they fit.
  case baseMatch(module: String, distance: Double, matches: Bool)
  /// The magnitudes differ from the norms of this base by the fraction `deviation`.
  case magnitudeMatch(module: String, deviation: Double)

  // MARK: AdaLoRA

  /// There is no rank pattern: the budget was never allocated and nothing was pruned.
  case neverPruned
  /// On a 16-bit base, PEFT trains the divisor of the scale but does not save it.
  case divisorMayHaveTrained(storage: String)

  // MARK: What the tensors hold

  /// A factor is zero in these modules, so their updates are zero: they were not trained.
  case zeroFactor(parameter: String, modules: [String], of: Int)
  case notFinite(tensor: String, count: Int)
  /// All triplets of these modules were pruned.
  case rankZero(modules: [String])
  /// The tensors have another rank than the configuration; that of the tensors was used.
  case rankDiffers(module: String, configured: Int, found: Int)
  /// The base that was saved with the adapter is not the one given.
  case baseDiffers(tensor: String, distance: Double)
  /// The base and the checkpoint have different numbers of rows; the common rows were compared.
  case vocabularyResized(module: String, base: Int, checkpoint: Int)
  /// The head is tied to the embedding, and the file contains both.
  case tiedHeadCountedOnce(tensor: String)
  /// The base has no such weight, such as a head made for the task: there is nothing to compare with.
  case newModule(tensor: String)
  /// These tensors hold no floating-point numbers.
  case notCompared(tensors: [String])
  /// These tensors of the base are missing in the checkpoint.
  case missingFromCheckpoint(tensors: [String])

  // MARK: The configuration

  /// These patterns match no module.
  case unusedPatterns(field: String, patterns: [String])
  /// The adapter acts only after certain tokens.
  case conditional
  /// These tensors were left out because there is no base.
  case skippedWithoutBase(tensors: [String])
  /// How the tensors of a file were found, if that is not plain: in a part of it, or under names of its own.
  case weightsRead(path: String, note: String)

  public enum Severity: String, Sendable {
    /// The numbers can be trusted.
    case note
    /// The numbers may be wrong or may not mean what they seem to.
    case warning
  }

  public var severity: Severity {
    switch self {
    case .startRecorded, .rankZero, .rankDiffers, .tiedHeadCountedOnce, .newModule, .notCompared,
      .vocabularyResized, .skippedWithoutBase, .conditional, .weightsRead:
      .note
    case .baseMatch(_, _, let matches): matches ? .note : .warning
    case .magnitudeMatch(_, let deviation): deviation < Self.plausibleDeviation ? .note : .warning
    case .startApproximated, .startUnknown, .startSuspected, .neverPruned, .divisorMayHaveTrained,
      .zeroFactor, .notFinite, .baseDiffers, .missingFromCheckpoint, .unusedPatterns:
      .warning
    }
  }

  /// Whether the finding says how well the base fits.
  public var comparesWithBase: Bool {
    switch self {
    case .baseMatch, .magnitudeMatch, .startSuspected: true
    default: false
    }
  }

  /// Magnitudes start at the norms of the base and change by a few percent; those of another base differ
  /// by tens of percent.
  static let plausibleDeviation = 0.5
}

extension Finding: CustomStringConvertible {
  /// One line without a full stop.
  public var description: String {
    switch self {
    case .startApproximated(let initialization):
      "'\(initialization)' starts from random numbers that nobody kept, so that the adapter does"
        + " not reload to what was trained; the exact singular triplets are subtracted in place of"
        + " its own, which is wrong by at most √2 times the norm of what is subtracted; a"
        + " checkpoint of step 0 would be exact"
    case .startRecorded("true"):
      "the run's checkpoint of step 0 is subtracted"
    case .startRecorded(let initialization):
      "the start '\(initialization)' is taken from the run's checkpoint of step 0 and subtracted"
    case .startUnknown(let initialization):
      "'\(initialization)' starts from something else than zero that nothing here tells: the"
        + " update still contains it; a checkpoint of step 0 would tell"
    case .startSuspected(let module, let part, let distance):
      "the configuration says that the adapter started at zero, but '\(module)' is within"
        + " \(percent(distance)) of the \(part.rawValue) singular block of the base that its"
        + " factors span: it likely started there, and does not reload to what was trained"
    case .baseMatch(let module, let distance, true):
      "'\(module)' is within \(percent(distance)) of the block of this base that it started from"
    case .baseMatch(let module, let distance, false):
      "'\(module)' is \(percent(distance)) away from the block of this base that it should have"
        + " started from: training moved it further than it was, or it belongs to another base"
    case .magnitudeMatch(let module, let deviation):
      "the magnitudes of '\(module)' differ by \(percent(deviation)) from the norms of this base"
        + (deviation < Self.plausibleDeviation
          ? "" : ": training moved them far, or the adapter belongs to another base")
    case .neverPruned:
      "the AdaLoRA adapter has no rank_pattern: its budget was never allocated and no triplet pruned"
    case .divisorMayHaveTrained(let storage):
      "on a base in \(storage) AdaLoRA's divisor trains and is not saved: the scale is init_r's,"
        + " which the trained one may differ from"
    case .zeroFactor(let parameter, let modules, let count):
      "'\(parameter)' is zero in \(modules.count == count ? "all" : "\(modules.count) of")"
        + " \(count) modules"
        + (modules.count == count ? "" : ", such as \(modules.shortList)")
        + ": their updates are zero"
    case .notFinite(let tensor, let count):
      "'\(tensor)' holds \(count) values that are NaN or infinite"
    case .rankZero(let modules):
      "every triplet of \(modules.shortList) was pruned: the update is zero"
    case .rankDiffers(let module, let configured, let found):
      "the tensors of '\(module)' have rank \(found), the configuration says \(configured):"
        + " \(found) is used"
    case .baseDiffers(let tensor, let distance):
      "'\(tensor)' as saved with the adapter differs by \(percent(distance)) from the base: the"
        + " adapter may belong to another base"
    case .vocabularyResized(let module, let base, let checkpoint):
      "'\(module)' has \(checkpoint) rows, in the base \(base): the first"
        + " \(min(base, checkpoint)) are compared"
    case .tiedHeadCountedOnce(let tensor):
      "'\(tensor)' is the input embedding and is saved with it: counted once"
    case .newModule(let tensor):
      "'\(tensor)' is not in the base: there is nothing to compare it with"
    case .notCompared(let tensors):
      "\(tensors.shortList) hold no floating-point numbers and are not compared"
    case .missingFromCheckpoint(let tensors):
      "the checkpoint lacks \(tensors.shortList) of the base"
    case .unusedPatterns(let field, let patterns):
      "\(patterns.shortList) of \(field) choose no module of the adapter"
    case .conditional:
      "the adapter acts only after its invocation tokens: the update holds there"
    case .skippedWithoutBase(let tensors):
      "without a base \(tensors.shortList) are left out"
    case .weightsRead(let path, let note):
      "'\(path)': \(note)"
    }
  }

  private func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "an unknown fraction" }
    let tenths = (fraction * 1000).rounded() / 10
    return "\(tenths) %"
  }
}
