extension [Run] {
  /// The runs, each named by the shortest end of its path that tells it from the others.
  func namedApart() -> [Run] {
    let paths = map { FileSystem.components(of: $0.path) }
    var lengths = [Int](repeating: 1, count: count)
    while true {
      let groups = Dictionary(grouping: indices) { self[$0].name(paths[$0], lengths[$0]) }
      // A run that was given twice keeps its name, which is then refused.
      let alike = groups.values.filter { Set($0.map { paths[$0] }).count > 1 }.joined()
      if alike.isEmpty { break }
      for index in alike { lengths[index] += 1 }
    }
    return indices.map { self[$0].named(self[$0].name(paths[$0], lengths[$0])) }
  }
}

extension Run {
  fileprivate func name(_ components: [String], _ length: Int) -> String {
    length == 1 ? name : components.suffix(length).joined(separator: "/")
  }

  /// The name of the folder at a path; of one that only gathers the checkpoints of a run, the name of the run.
  static func name(ofFolder path: String) -> String {
    let components = FileSystem.components(of: path)
    let isPlace = components.count > 1 && LogFiles.isPlaceOfCheckpoints(path)
    return components.dropLast(isPlace ? 1 : 0).last ?? "/"
  }
}
