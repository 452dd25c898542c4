public import Documents

/// Why the updates of a checkpoint cannot be determined.
public enum UpdateError: BadInput, Equatable {
  /// The adapter file holds tensors that belong to no method and to no tensor of the base.
  case unclaimedTensors(names: [String], nearest: String?)
  /// The adapter file holds only tensors that modules share, and none of a module.
  case onlyShared(names: [String])
  /// Most matrices of the checkpoint have no partner of their shape in the base: `strangers` name some of them.
  case anotherBase(compared: Int, of: Int, strangers: [String], nearest: String?)
  /// The checkpoint and the base are the same folder.
  case ownBase(checkpoint: String)
  /// Nothing is written against a base that cannot be the one that was trained on; `reason` says why.
  case otherBase(checkpoint: String, reason: String)
  /// Several modules of the checkpoint have one name.
  case sharedName(module: String)
  /// The file holds adapters of several names.
  case severalAdapters(names: [String])
  /// A tensor has different shapes in the checkpoint and in the base.
  case shapesDiffer(tensor: String, checkpoint: [Int], base: [Int])
  /// A base is needed to compute this update, but none was given.
  case baseNeeded(checkpoint: String)
  /// The layer of a module is outside those that `layer_replication` makes.
  case layerOutsideReplication(module: String, layer: Int, layers: Int)
  /// The parts of an expert, which are stacked, have different widths.
  case unevenExpert(tensors: [String], widths: [Int])
  /// A stacked parameter has more experts than any model.
  case tooManyExperts(tensor: String, count: Int, most: Int)
  /// None of the target parameters of a module has the shape of the factors' product.
  case targetParameterUnknown(module: String, parameters: [String], factors: [Int])
}

extension UpdateError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unclaimedTensors(let names, let nearest):
      "no method and no weight of the base has \(names.shortList)" + suggestion(nearest)
    case .onlyShared(let names):
      "the file holds only what modules share (\(names.shortList)), not which modules: load it in PEFT as it was"
        + " trained and save it with its indices and projections"
    case .anotherBase(let compared, let count, let strangers, let nearest):
      "\(count - compared) of \(count) matrices have no partner of their shape in the base, such as"
        + " \(strangers.shortList)" + suggestion(nearest)
        + ": the checkpoint belongs to another base; give its own \(BaseAdvice.words)"
    case .ownBase(let checkpoint):
      "'\(checkpoint)' is the base itself: leave it out, and give only what was trained from it"
    case .otherBase(let checkpoint, let reason):
      "'\(checkpoint)': \(reason): give its own base \(BaseAdvice.words), or --allow-other-base to take this one"
    case .sharedName(let module):
      "two modules of the checkpoint are called '\(module)': save them under names of their own"
    case .severalAdapters(let names):
      "the file holds the adapters \(names.shortList): save each in a folder of its own"
    case .shapesDiffer(let tensor, let checkpoint, let base):
      "tensor '\(tensor)' has shape \(checkpoint.joined), in the base \(base.joined):"
        + " the checkpoint belongs to another base"
    case .baseNeeded(let checkpoint):
      "'\(checkpoint)' holds whole weights, which are an update only against their base:"
        + " give the base \(BaseAdvice.words)"
    case .layerOutsideReplication(let module, let layer, let layers):
      "module '\(module)' is of layer \(layer), layer_replication makes \(layers) layers"
    case .unevenExpert(let tensors, let widths):
      "tensors \(tensors.shortList) of the base are parts of one expert, but have"
        + " \(widths.map(String.init).joined(separator: " and ")) columns: the base is damaged"
    case .tooManyExperts(let tensor, let count, let most):
      "tensor '\(tensor)' stacks \(count) experts, more than the \(most) that are read:"
        + " check the file it came from"
    case .targetParameterUnknown(let module, let parameters, let factors):
      "the factors of '\(module)' make updates of \(factors.joined), which none of"
        + " \(parameters.shortList) has"
    }
  }

  private func suggestion(_ nearest: String?) -> String {
    nearest.map { "; the nearest is '\($0)'" } ?? ""
  }
}

extension [String] {
  /// The first three names in quotes, and how many more there are.
  var shortList: String {
    let shown = prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return count > 3 ? "\(shown) and \(count - 3) more" : shown
  }
}

extension [Int] {
  var joined: String { map(String.init).joined(separator: "×") }
}
