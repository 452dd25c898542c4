import Checkpoints

/// Experts are stored in two ways: one at a time (`experts.3.gate_proj.weight`), or stacked in a tensor of three
/// dimensions (`experts.gate_up_proj`: for each expert the rows of the gate, then those of the up projection). The base and
/// the checkpoint may differ in it.
extension BaseWeights {
  /// One of the matrices of a stacked parameter.
  struct Expert: Sendable {
    let name: String
    let matrix: StoredMatrix
  }

  /// The experts of a parameter that a checkpoint has stacked, such as `model.layers.0.mlp.experts.gate_up_proj`, each
  /// with its own name; empty if the base has no such parameter.
  func experts(of parameter: String) throws -> [Expert] {
    guard let dot = parameter.lastIndex(of: ".") else { return [] }
    let kind = String(parameter[parameter.index(after: dot)...])
    if let name = name(of: parameter) {
      let weight = try model.weight(named: name)
      guard weight.shape.count == 3 else {
        return [Expert(name: Self.withoutWeight(name), matrix: StoredMatrix(weight))]
      }
      let owner = name.dropLast(kind.count + 1)
      return try weight.expertIndices(of: name).map { index in
        Expert(name: "\(owner).\(index).\(kind)", matrix: StoredMatrix(weight, expert: index))
      }
    }
    return try separateExperts(of: parameter[..<dot], kind: kind)
  }

  /// The matrix of one expert that a checkpoint stores by itself, such as `model.layers.0.mlp.experts.3.up_proj.weight`,
  /// as a part of the parameter in which the base stacks it; nil if there is no such parameter.
  func stackedExpert(of tensor: String) throws -> StoredMatrix? {
    var components = BaseNames.canonical(tensor).split(separator: ".").map(String.init)
    if components.last == "weight" { components.removeLast() }
    guard components.count > 3, let part = components.popLast(),
      let index = components.popLast().flatMap(Int.init), components.last == "experts",
      let kind = Self.parts.first(where: { $0.value.contains(part) })
    else { return nil }
    guard !storesExpertsTransposed,
      let name = name(of: (components + [kind.key]).joined(separator: ".")),
      let weight = try? model.weight(named: name), weight.shape.count == 3,
      try weight.expertIndices(of: name).contains(index)
    else { return nil }
    let rows = weight.shape[1]
    guard rows.isMultiple(of: kind.value.count), let place = kind.value.firstIndex(of: part) else {
      return nil
    }
    let own = rows / kind.value.count
    let first = index * rows + place * own
    return StoredMatrix(
      pieces: [StoredMatrix.Piece(weight: weight, rows: first..<first + own)], rows: own,
      columns: weight.columns)
  }

  private func separateExperts(of owner: Substring, kind: String) throws -> [Expert] {
    guard let parts = Self.parts[kind] else { return [] }
    var experts: [Expert] = []
    while true {
      let names = parts.compactMap { name(of: "\(owner).\(experts.count).\($0).weight") }
      guard let first = names.first, names.count == parts.count else { return experts }
      var pieces: [StoredMatrix.Piece] = []
      for name in names { pieces += try matrix(named: name).pieces }
      let widths = pieces.map(\.weight.columns)
      guard widths.allSatisfy({ $0 == widths[0] }) else {
        throw UpdateError.unevenExpert(tensors: names, widths: widths)
      }
      let prefix = first.split(separator: ".").dropLast(2).joined(separator: ".")
      experts.append(
        Expert(
          name: "\(prefix).\(kind)",
          matrix: StoredMatrix(
            pieces: pieces, rows: pieces.reduce(0) { $0 + $1.rows.count },
            columns: pieces[0].weight.columns)))
    }
  }

  /// The parts of a stacked parameter, from top to bottom, by their names in ``NameRule/experts``.
  private static let parts = [
    "gate_up_proj": ["gate_proj", "up_proj"],
    "down_proj": ["down_proj"],
  ]
}
