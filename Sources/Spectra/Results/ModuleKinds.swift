/// The kinds of modules: the shortest ends of their names that belong to one place of a layer alone.
///
/// Modules are of one kind if their names differ in numbers alone: the layers of a stack, the experts of a layer. A kind is
/// mostly the last part of a name, `q_proj`. Where other places end in the same part, as BERT's three `dense` do, their
/// kinds take as many of the parts before it as tell them apart, up to the number of the layer. Two towers with the same
/// layers are told apart by their own names: `text_model.q_proj`.
public struct ModuleKinds: Sendable {
  private var kinds: [String: String] = [:]

  /// - Parameter modules: The names of all modules that stand beside each other.
  public init<Names: Sequence<String>>(of modules: Names) {
    var places = [Place: [String]]()
    for module in Set(modules) { places[Place(of: module), default: []].append(module) }
    for alike in Dictionary(grouping: places.keys, by: \.shortName).values {
      for (place, kind) in Self.kinds(of: alike) {
        for module in places[place] ?? [] { kinds[module] = kind }
      }
    }
  }

  /// The kind of a module.
  public subscript(_ module: String) -> String { kinds[module] ?? Self.shortName(of: module) }

  /// The last part of a name that is not a number.
  static func shortName(of module: String) -> String { Place(of: module).shortName }

  /// The kinds of places whose names end in the same part.
  private static func kinds(of places: [Place]) -> [(Place, String)] {
    let shared = places.map(\.stack).filter { !$0.isEmpty }.sharedStart
    let most = places.map(\.path.count).max() ?? 1
    for isInTower in [false, true] {
      for count in 0...most {
        let kinds = places.map { place in
          (isInTower ? place.tower(after: shared).map { $0 + "." } ?? "" : "") + place.end(count)
        }
        if Set(kinds).count == places.count { return Array(zip(places, kinds)) }
      }
    }
    return places.map { ($0, ($0.stack + $0.path).joined(separator: ".")) }
  }

  /// What modules of one kind have in common: a name without the numbers of layers and experts.
  private struct Place: Hashable {
    /// The parts before the first number: `model`, `layers`; none without a number.
    let stack: [String]
    /// The parts after it: `self_attn`, `q_proj`. A last number stays, as those of `mlp.0` and `mlp.2` in a layer.
    let path: [String]
    let shortName: String

    init(of module: String) {
      let parts = module.split(separator: ".").map(String.init)
      let names = parts.filter { Int($0) == nil }
      shortName = names.last ?? module
      guard let first = parts.firstIndex(where: { Int($0) != nil }) else {
        (stack, path) = ([], parts)
        return
      }
      let inside = parts[(first + 1)...]
      var path = inside.filter { Int($0) == nil }
      if let last = inside.last, Int(last) != nil, let name = path.popLast() {
        path.append("\(name).\(last)")
      }
      // Of `mlp.0` the number is that of the layer.
      (stack, self.path) = path.isEmpty ? ([], names) : (Array(parts[..<first]), Array(path))
    }

    /// The short name, or this many of the last parts.
    func end(_ count: Int) -> String {
      count == 0 ? shortName : path.suffix(count).joined(separator: ".")
    }

    /// The first part of the stack's name that others do not share.
    func tower(after shared: Int) -> String? { stack.dropFirst(shared).first ?? stack.last }
  }
}

extension [[String]] {
  /// How many parts all names begin with.
  fileprivate var sharedStart: Int {
    guard let first else { return 0 }
    return first.indices.prefix { index in
      allSatisfy { index < $0.count && $0[index] == first[index] }
    }.count
  }
}
