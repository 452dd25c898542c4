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
    for weight in model.parameters {
      let fits = { (other: ModelWeight) in other.shape.dropFirst() == weight.shape.dropFirst() }
      guard let baseName = base.name(of: weight.name, where: fits) else {
        unmatched.append(weight.name)
        continue
      }
      let baseWeight = try base.model.weight(named: baseName)
      found.insert(baseWeight.name)
      guard weight.storageType.isFloatingPoint else {
        withoutNumbers.append(weight.name)
        continue
      }
      translations.add(weight.name, means: baseName)
      pairs.append(Pair(name: weight.name, baseName: baseName, weight: weight))
    }
    missing = base.model.parameters.map(\.name).filter { !found.contains($0) }
  }

  /// Names of the base to which several tensors of the checkpoint belong, such as the two towers of a retriever.
  var sharedNames: Set<String> {
    let counts = pairs.reduce(into: [String: Int]()) { $0[$1.baseName, default: 0] += 1 }
    return Set(counts.filter { $0.value > 1 }.keys)
  }
}
