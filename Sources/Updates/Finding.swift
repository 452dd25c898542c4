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
  /// The start is named after one end of the base's spectrum, but the factors reproduce the other one.
  case startOfOtherPart(
    initialization: String, module: String, part: SingularBlock.Part, distance: Double)
  /// The distance, as a fraction, of the adapter's product from the part of this base that it should have
  /// started from; `matches` says whether they fit. A base that was trained further fits as well: it lies a few percent
  /// away, and so does an adapter after its first steps.
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
  case rankDiffers(modules: [String], configured: Int, found: Int)
  /// The base that was saved with the adapter is not the one given.
  case baseDiffers(tensor: String, distance: Double)
  /// The base and the checkpoint have different numbers of rows; the common rows were compared.
  case vocabularyResized(module: String, base: Int, checkpoint: Int)
  /// A tensor differs in shape from that of the base and was not compared.
  case shapeDiffers(tensor: String, checkpoint: [Int], base: [Int])
  /// The checkpoint saves one tensor twice, because the model ties them: a head or an embedding and its copy.
  case tiedCopy(tensor: String, of: String)
  /// The base has no such weights, such as a head made for the task or more layers: there is nothing to compare with.
  case new(tensors: [String])
  /// Constants of the architecture that older libraries saved.
  case buffers(tensors: [String])
  /// Names are spelled otherwise in the base.
  case namesTranslated([NameTranslation], tensors: Int)
  /// Several modules of the checkpoint belong to one weight of the base and keep their own names.
  case sharedWeights(tensors: [String])
  /// The checkpoint is the base that its run is compared with.
  case ownBase
  /// These matrices are those of the base rounded to another type: nothing else changed.
  case withinRounding(type: String, modules: Int, of: Int)
  /// The matrices have nothing in common with those of the base but their shapes. `cosine` is that of the angle between
  /// them, `size` the ratio of their norms.
  case unrelated(module: String, cosine: Double, size: Double)
  /// These tensors hold no floating-point numbers.
  case notCompared(tensors: [String])
  /// These tensors of the base are missing in the checkpoint.
  case missingFromCheckpoint(tensors: [String])

  // MARK: The configuration

  /// These patterns match no module.
  case unusedPatterns(field: String, patterns: [String])
  /// These expressions are of a kind that is not matched here.
  case uncheckedPatterns(field: String, patterns: [String])
  /// The adapter acts only after certain tokens.
  case conditional
  /// The adapter is an expert of an X-LoRA, whose router says how much of it counts for an input.
  case routerNotRead(tensors: [String])
  /// The update depends on the signs of the base's singular vectors, which the file does not hold.
  case signsUnrecorded
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
    case .startRecorded, .rankZero, .tiedCopy, .new, .buffers,
      .namesTranslated, .sharedWeights, .ownBase, .notCompared,
      .vocabularyResized, .skippedWithoutBase, .conditional, .routerNotRead, .signsUnrecorded,
      .weightsRead, .uncheckedPatterns:
      .note
    case .baseMatch(_, _, let matches): matches ? .note : .warning
    case .magnitudeMatch(_, let deviation): deviation < Self.plausibleDeviation ? .note : .warning
    case .startApproximated, .startUnknown, .startSuspected, .startOfOtherPart, .neverPruned,
      .divisorMayHaveTrained,
      .zeroFactor, .notFinite, .rankDiffers, .baseDiffers, .missingFromCheckpoint, .unusedPatterns,
      .shapeDiffers, .withinRounding, .unrelated:
      .warning
    }
  }

  /// Whether the finding says how well the base fits.
  public var comparesWithBase: Bool {
    switch self {
    case .baseMatch, .magnitudeMatch, .startSuspected, .startOfOtherPart: true
    default: false
    }
  }

  /// Whether the start lies so far from the base that an early checkpoint shows another one: the block of an unrelated base is
  /// small between the adapter's subspaces, and hundreds of percent away.
  var isFarFromBase: Bool {
    if case .baseMatch(_, let distance, false) = self {
      distance >= Self.farthestStart
    } else {
      false
    }
  }

  private static let farthestStart = 2.0

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
      "the update is measured from the run's checkpoint of step 0"
    case .startRecorded(let initialization):
      "the start '\(initialization)' is taken from the run's checkpoint of step 0 and subtracted"
    case .startUnknown(let initialization):
      "'\(initialization)' starts from something else than zero that nothing here tells: the"
        + " update still contains it; a checkpoint of step 0 would tell"
    case .startSuspected(let module, let part, let distance):
      "the configuration says that the adapter started at zero, but '\(module)' is within"
        + " \(percent(distance)) of the \(part.rawValue) singular block of the base that its"
        + " factors span: it likely started there, and does not reload to what was trained"
    case .startOfOtherPart(let initialization, let module, let part, let distance):
      "'\(initialization)' takes the \(part == .leading ? "smallest" : "largest") singular triplets of the base, but"
        + " '\(module)' is within \(percent(distance)) of the \(part.rawValue) singular block that its factors span: it"
        + " started at the other end, as where a decomposition returns the largest triplets and is asked for the smallest"
    case .baseMatch(let module, let distance, true):
      "the adapter's start is found in this base, or in one near it (worst match: '\(module)',"
        + " \(percent(distance)) off)"
    case .baseMatch(let module, let distance, false):
      "'\(module)' is \(percent(distance)) away from the block of this base that it should have"
        + " started from: training moved it further than it was, or it belongs to another base"
    case .magnitudeMatch(let module, let deviation):
      deviation < Self.plausibleDeviation
        ? "the adapter's magnitudes fit this base (worst match: '\(module)', \(percent(deviation))"
          + " off)"
        : "the magnitudes of '\(module)' differ by \(percent(deviation)) from the norms of this base:"
          + " training moved them far, or the adapter belongs to another base"
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
    case .rankDiffers(let modules, let configured, let found):
      "the tensors of \(modules.shortList) have rank \(found), the configuration says \(configured): \(found) is used, also"
        + " in the scale; PEFT does not load this"
    case .baseDiffers(let tensor, let distance):
      "'\(tensor)' as saved with the adapter differs by \(percent(distance)) from the base: the"
        + " adapter may belong to another base"
    case .vocabularyResized(let module, let base, let checkpoint):
      "'\(module)' has \(checkpoint) rows, in the base \(base): the first"
        + " \(min(base, checkpoint)) are compared"
    case .shapeDiffers(let tensor, let checkpoint, let base):
      "'\(tensor)' has shape \(checkpoint.joined), in the base \(base.joined): it is not compared"
    case .tiedCopy(let tensor, let original):
      "'\(tensor)' is a copy of '\(original)', to which the model ties it: counted once"
    case .new(let tensors):
      "\(tensors.shortList) \(tensors.count == 1 ? "is" : "are") not in the base: there is nothing to"
        + " compare with"
    case .buffers(let tensors):
      "\(tensors.shortList) \(tensors.count == 1 ? "is" : "are") a constant of the architecture and no"
        + " weight: not compared"
    case .namesTranslated(let translations, let count):
      "\(count) \(count == 1 ? "tensor has another name" : "tensors have other names") in the base: "
        + translations.prefix(3).map { "'\($0.checkpoint)' is '\($0.base)'" }.joined(
          separator: ", ")
        + (translations.count > 3 ? " and \(translations.count - 3) more" : "")
    case .sharedWeights(let tensors):
      "several modules of the checkpoint started from \(tensors.shortList) of the base: each keeps its"
        + " own name"
    case .ownBase:
      "one of the run's own checkpoints is the base: updates are counted from there"
    case .withinRounding(let type, let count, let all):
      "\(count == all ? "all" : "\(count) of") \(all) matrices are those of the base rounded to \(type):"
        + " nothing was trained in them"
    case .unrelated(let module, let cosine, let size):
      "'\(module)' has the shape of the base's, but nothing in common with it (cosine"
        + " \(rounded(cosine)), size \(rounded(size)) of the base's): this is probably not its base"
    case .notCompared(let tensors):
      "\(tensors.shortList) hold no floating-point numbers and are not compared"
    case .missingFromCheckpoint(let tensors):
      "the checkpoint lacks \(tensors.shortList) of the base"
    case .unusedPatterns(let field, let patterns):
      "\(patterns.shortList) of \(field) choose no module of the adapter"
    case .uncheckedPatterns(let field, let patterns):
      "\(patterns.shortList) of \(field) is an expression that is not matched here: whether it chooses modules of the"
        + " adapter was not checked; no number depends on it"
    case .conditional:
      "the adapter acts only after its invocation tokens: the update holds there"
    case .routerNotRead(let tensors):
      "this is one expert of an X-LoRA; the router was not read: \(tensors.shortList)"
    case .signsUnrecorded:
      "the adapter acts between singular vectors of the base, whose signs nobody kept and PEFT finds"
        + " anew at each load: norms, spectra and overlaps are exact, single entries depend on them"
    case .skippedWithoutBase(let tensors):
      "without a base \(tensors.shortList) are left out"
    case .weightsRead(let path, let note):
      "'\(path)': \(note)"
    }
  }

  private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  private func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "an unknown fraction" }
    let tenths = (fraction * 1000).rounded() / 10
    return "\(tenths) %"
  }
}
