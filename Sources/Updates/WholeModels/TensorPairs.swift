import Checkpoints

/// The tensors of a whole checkpoint, each with the tensor of the base that it came from.
struct TensorPairs {
  /// A tensor of the checkpoint and the name of its tensor in the base.
  struct Pair {
    let name: String
    let baseName: String
    let weight: ModelWeight
  }

  /// Sorted by name.
  private(set) var pairs: [Pair] = []
  /// Tensors that the base has not, sorted by name.
  private(set) var unmatched: [String] = []
  /// Tensors that hold no floating-point numbers.
  private(set) var withoutNumbers: [String] = []
  /// Names that are spelled otherwise in the base.
  private(set) var translations = NameTranslations()
  /// The tensors of the base that have no partner, sorted by name.
  let missing: [String]

  init(_ model: ModelFolder, _ base: BaseWeights) throws {
    var found: Set<String> = []
    // Scales belong to their weights.
    let scale = "_scale_inv"
    for tensor in model.weights.tensors where !tensor.name.hasSuffix(scale) {
      let fits = { (other: ModelWeight) in other.shape.dropFirst() == tensor.shape.dropFirst() }
      guard let baseName = base.name(of: tensor.name, where: fits) else {
        unmatched.append(tensor.name)
        continue
      }
      let baseWeight = try base.model.weight(named: baseName)
      found.insert(baseWeight.tensor.name)
      guard tensor.dataType.isFloatingPoint else {
        withoutNumbers.append(tensor.name)
        continue
      }
      translations.add(tensor.name, means: baseName)
      pairs.append(
        Pair(name: tensor.name, baseName: baseName, weight: try model.weight(named: tensor.name)))
    }
    missing = base.model.weights.tensors.map(\.name).filter {
      !found.contains($0) && !$0.hasSuffix(scale)
    }
  }

  /// Names of the base to which several tensors of the checkpoint belong, such as the two towers of a retriever.
  var sharedNames: Set<String> {
    let counts = pairs.reduce(into: [String: Int]()) { $0[$1.baseName, default: 0] += 1 }
    return Set(counts.filter { $0.value > 1 }.keys)
  }
}
