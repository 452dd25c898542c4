public import Documents

/// Why the update of a saved adapter cannot be computed, or a new adapter cannot be made, started or resumed.
public enum AdapterError: BadInput, Equatable {
  // MARK: Reading

  /// No method here reads adapters of this type.
  case unsupportedType(String, supported: [String])
  /// Adapters of this type change what the model sees, not a weight.
  case noWeightUpdate(peftType: String)
  /// Adapters of this type change weights, but their files do not determine how.
  case unreadableType(String, reason: String)
  /// An X-LoRA mixes these adapters for each input.
  case mixedExperts([String])
  /// An option of the method changes its update in a way that is not supported.
  case unsupportedVariant(String, peftType: String)
  /// With this option the update cannot be computed exactly from what is on disk.
  case inexactOption(String, peftType: String, reason: String)
  /// The parameters of a module do not determine an update.
  case undefinedUpdate(module: String, reason: String)
  /// A tensor stands for an update that is larger than any weight.
  case updateTooLarge(module: String, parameter: String)
  /// A module has tensors of the method, but not all that it needs.
  case missingParameter(module: String, parameter: String, present: [String])
  /// None of the method's forms has these tensors.
  case unknownParameters(module: String, parameters: [String])
  /// A tensor does not have the shape that the method requires; nil stands for any size.
  case parameterShape(module: String, parameter: String, found: [Int], expected: [Int?])
  /// The shape of the update differs from that of its base weight.
  case baseShape(module: String, update: MatrixShape, base: MatrixShape)
  /// The update depends on the base weight, which is not there.
  case baseNeeded(module: String, method: String)
  /// An adapter started from a part of its base, which is not there.
  case startNeedsBase(module: String, start: String)
  /// `lora_alpha` is 0, which makes the update zero whatever was learnt.
  case zeroAlpha(module: String)
  /// The factors have rank 0: the tensors were saved empty.
  case zeroRank(module: String)
  /// `rank_pattern` keeps a different number of triplets of a module than the file holds.
  case prunedRank(module: String, kept: Int, found: Int)
  /// The configuration gives a rank that no tensor of the adapter has.
  case rankNotInTensors(Int)
  /// A field of `adapter_config.json` does not have the type that PEFT gives it.
  case field(key: String, expected: String, found: String)
  /// A key of a pattern is not a valid regular expression.
  case invalidPattern(String)
  /// A pattern is a regular expression, but of a kind that cannot be matched in bounded time.
  case unsupportedPattern(String, reason: String)
  /// A row or column that DoRA divides by has the norm zero.
  case zeroNorm(module: String, index: Int)
  /// The size of a dimension is not a multiple of the block size.
  case indivisible(module: String, size: Int, block: Int)
  /// A tensor of positions holds a number that is no position, or none among `count` things.
  case position(module: String, parameter: String, value: Double, count: Int?)
  /// There are more coefficients than entries of the matrix that they are entries of.
  case coefficientCount(module: String, count: Int, base: MatrixShape)
  /// The tensors would become a matrix that is larger than any weight.
  case expandedSize(module: String)
  /// The positions of the trained entries are not in the file, and those of the base are not unique.
  case positionsUnknown(module: String)
  /// The projections of the module do not tell its number, and so not its group.
  case groupUnknown(module: String)
  /// No filter of a wavelet has this name.
  case unknownWavelet(String)
  /// LoRA on a convolution with groups: the update is not of the weight's shape.
  case groupedConvolution(module: String, groups: Int)
  /// IA3 on the inputs of a convolution with groups, each of which has inputs of its own.
  case groupedScaling(module: String, groups: Int)
  /// The configuration says DoRA, and a module has no magnitudes.
  case magnitudesMissing(module: String)
  /// The configuration does not say which rows of the embedding were trained.
  case tokenRowsUnknown(module: String)
  /// A trained row lies outside the embedding.
  case tokenRowOutOfRange(module: String, row: Int, rows: Int)
  /// The start is defined only for a base stored out × in.
  case startNeedsOutByIn(module: String, start: String)

  // MARK: Training

  /// No method and no start has this key; `near` lists similar keys.
  case unknownKey(String, near: [String])
  /// The method takes no start, because it has initial values of its own.
  case startNotTaken(method: String, start: String)
  /// The key of a start, which means LoRA with that start, was given together with another start.
  case twoStarts(String, String)
  /// The rank is not between 1 and what the shape or the start allows.
  case rank(module: String, rank: Int, limit: Int)
  /// The start splits the rank into halves.
  case oddRank(module: String, rank: Int, start: String)
  /// The rank does not divide a dimension that it must tile.
  case rankDoesNotDivide(module: String, size: Int, rank: Int)
  /// The run's checkpoint of step 0, which is the start, has another shape than the later one.
  case startShape(module: String, start: MatrixShape, update: MatrixShape)
  /// Alpha is not a positive finite number.
  case alpha(module: String, alpha: Double)
  /// Shared projections are smaller than the module.
  case projectionTooSmall(module: String, shape: MatrixShape, projection: MatrixShape)
  /// TinyLoRA's vector has no numbers, or its tying is not between 0 and 1.
  case vectorOptions(size: Int, tying: Double)
  /// LoRA-Dash trains no direction, or chooses before the first step.
  case directionOptions(count: Int, steps: Int)
  /// A start needs a batch of the task, and there is none.
  case calibrationNeeded(start: String)
  /// The batch does not have the width or shape of this module, or has too few rows.
  case calibrationShape(start: String, found: MatrixShape, rows: Int, columns: Int)
  /// The covariance of the inputs cannot be inverted, even with strong damping.
  case singularCovariance(start: String)
  /// The weights of an output feature have norm zero at the start, and the method divides by that norm. `file` is the one
  /// that holds the weight, as far as it is known.
  case zeroNormAtStart(module: String, index: Int, file: String? = nil)
  /// A file to resume from lacks a tensor.
  case missingTensor(module: String, tensor: String)
  /// A tensor of a file to resume from has another shape.
  case tensorShape(module: String, tensor: String, found: [Int], expected: [Int])
  /// The steps or ranks of AdaLoRA's schedule contradict each other.
  case budget(String)
}

extension AdapterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsupportedType(let type, let supported):
      "adapters of type '\(type)' are not supported, only \(supported.quoted)"
    case .noWeightUpdate(let type):
      "an adapter of type '\(type)' has no weight update: it acts on inputs or activations"
    case .unreadableType(let type, let reason):
      "an adapter of type '\(type)' cannot be read: \(reason)"
    case .mixedExperts(let experts):
      "an X-LoRA mixes its experts for each input, so there is no single update, and its router is not"
        + " read: give its experts one by one" + (experts.isEmpty ? "" : ", \(experts.quoted)")
    case .unsupportedVariant(let variant, let type):
      "the option '\(variant)' of type '\(type)' is not supported"
        + (Refusals.options[variant].map { ": \($0)" } ?? "")
    case .inexactOption(let option, let type, let reason):
      "an adapter of type '\(type)' with \(option) cannot be read exactly: \(reason)"
    case .undefinedUpdate(let module, let reason):
      "the update of '\(module)' is not defined: \(reason)"
    case .updateTooLarge(let module, let parameter):
      "tensor '\(module).\(parameter)' stands for more than \(Int32.max) rows or columns"
    case .missingParameter(let module, let parameter, let present):
      "module '\(module)' has no '\(parameter)', only \(present.quoted)"
    case .unknownParameters(let module, let parameters):
      "no method has the tensors \(parameters.quoted) of module '\(module)'"
    case .parameterShape(let module, let parameter, let found, let expected):
      "tensor '\(module).\(parameter)' has shape \(found.joined), expected \(expected.joined)"
    case .baseShape(let module, let update, let base):
      "the update of '\(module)' is \(update), its base weight \(base):"
        + " the adapter belongs to another base"
    case .baseNeeded(let module, let method):
      "the update of '\(module)' by '\(method)' depends on the base weight: give the base \(BaseAdvice.words)"
    case .startNeedsBase(let module, let start):
      "'\(start)' starts '\(module)' from a part of its base, so that nobody can tell without the base what training added:"
        + " give it \(BaseAdvice.words), or a run that has its checkpoint of step 0"
    case .zeroAlpha(let module):
      "lora_alpha of '\(module)' is 0, which makes every update zero: give the true value with --alpha"
    case .zeroRank(let module):
      "the factors of '\(module)' have rank 0: they were saved empty; save the adapter again"
    case .prunedRank(let module, let kept, let found):
      "rank_pattern keeps \(kept) triplets of '\(module)', its tensors hold \(found)"
    case .rankNotInTensors(let rank):
      "no tensor of the adapter has the rank \(rank) of its configuration"
    case .field(let key, let expected, let found):
      "'\(key)' is \(found), expected \(expected)"
    case .invalidPattern(let pattern):
      "'\(pattern)' is not a valid regular expression"
    case .unsupportedPattern(let pattern, let reason):
      "'\(pattern)' cannot be matched: \(reason); write it with fewer or simpler parts"
    case .zeroNorm(let module, let index):
      "output feature \(index) of '\(module)' has norm 0, which DoRA divides by"
    case .indivisible(let module, let size, let block):
      "the \(size) features of '\(module)' are no multiple of the block size \(block)"
    case .position(let module, let parameter, let value, let count):
      "tensor '\(module).\(parameter)' holds \(value), which is no position"
        + (count.map { " among \($0)" } ?? "")
    case .coefficientCount(let module, let count, let base):
      "'\(module)' has \(count) coefficients, more than the entries of a matrix of \(base)"
    case .expandedSize(let module):
      "the tensors of '\(module)' stand for a matrix larger than any weight"
    case .positionsUnknown(let module):
      "the positions of the trained entries of '\(module)' are not in the file, and entries of the base"
        + " are equal, so that they cannot be told; save the adapter with save_precomputed_indices=True"
    case .groupUnknown(let module):
      "the projections of '\(module)' are not those of its seed, so that its group of vectors is unknown"
    case .unknownWavelet(let name):
      "'\(name)' is not the name of a wavelet whose filter PEFT has"
    case .groupedConvolution(let module, let groups):
      "'\(module)' is a convolution of \(groups) groups: LoRA's update crosses the groups and has no"
        + " place in its weight, so that PEFT cannot merge it either"
    case .groupedScaling(let module, let groups):
      "'\(module)' is a convolution of \(groups) groups, of which IA3 on inputs is not read: merge it with PEFT"
        + " (merge_and_unload) and give the merged model"
    case .magnitudesMissing(let module):
      "use_dora is true, but '\(module)' has no lora_magnitude_vector: save the adapter again with it, or set use_dora"
        + " to false in adapter_config.json if it was trained without"
    case .tokenRowsUnknown(let module):
      "trainable_token_indices does not say which rows of '\(module)' were trained"
    case .tokenRowOutOfRange(let module, let row, let rows):
      "trained row \(row) of '\(module)' lies outside its \(rows) rows"
    case .startNeedsOutByIn(let module, let start):
      "the start '\(start)' of '\(module)' is not defined for a weight stored in × out"
    case .unknownKey(let key, let near):
      "there is no adapter '\(key)'"
        + (near.isEmpty
          ? "; 'sigmascope list methods' and 'sigmascope list starts' name them all"
          : ", did you mean \(near.quoted)")
    case .startNotTaken(let method, let start):
      "the adapter '\(method)' has a start of its own: leave out '\(start)'"
    case .twoStarts(let first, let second):
      "'\(first)' is LoRA with that start: leave out the start '\(second)'"
    case .rank(let module, let rank, let limit):
      "rank \(rank) of '\(module)' is not in 1...\(limit)"
    case .oddRank(let module, let rank, let start):
      "rank \(rank) of '\(module)' is odd: the start '\(start)' needs an even one"
    case .rankDoesNotDivide(let module, let size, let rank):
      "the \(size) features of '\(module)' are no multiple of the rank \(rank)"
    case .startShape(let module, let start, let update):
      "the update of '\(module)' is \(update), in the run's checkpoint of step 0 \(start):"
        + " the two belong to different runs; take the checkpoint of step 0 out of the folder"
    case .alpha(let module, let alpha):
      "alpha \(alpha) of '\(module)' is not a positive number"
    case .projectionTooSmall(let module, let shape, let projection):
      "'\(module)' is \(shape), larger than the shared projections for \(projection)"
    case .vectorOptions(let size, let tying):
      "a vector of \(size) numbers with the tying \(tying): expected at least 1, and a share from 0 to 1"
    case .directionOptions(let count, let steps):
      "\(count) directions after \(steps) steps: expected at least 1 of each"
    case .calibrationNeeded(let start):
      "the start '\(start)' needs a calibration batch"
    case .calibrationShape(let start, let found, let rows, let columns):
      "the calibration of '\(start)' is \(found), expected at least \(rows) rows of \(columns)"
    case .singularCovariance(let start):
      "the covariance of the calibration inputs of '\(start)' is singular: give more inputs"
    case .zeroNormAtStart(let module, let index, let file):
      (file.map { "'\($0)': " } ?? "")
        + "output feature \(index) of '\(module)' has norm 0, which the adapter divides by"
    case .missingTensor(let module, let tensor):
      "the file has no tensor '\(tensor)' of '\(module)'"
    case .tensorShape(let module, let tensor, let found, let expected):
      "tensor '\(tensor)' of '\(module)' has shape \(found), expected \(expected)"
    case .budget(let fault):
      "the rank schedule cannot be followed: \(fault)"
    }
  }
}

extension [String] {
  fileprivate var quoted: String { map { "'\($0)'" }.joined(separator: ", ") }
}

extension [Int] {
  fileprivate var joined: String { map { "\($0)" }.joined(separator: "×") }
}

extension [Int?] {
  fileprivate var joined: String { map { $0.map { "\($0)" } ?? "*" }.joined(separator: "×") }
}

extension AdapterError {
  public var isUnknownName: Bool {
    if case .unknownKey = self { true } else { false }
  }
}
