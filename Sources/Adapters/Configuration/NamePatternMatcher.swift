/// An expression as a tree.
indirect enum NamePatternTree {
  case step(NamePattern.Step)
  case sequence([NamePatternTree])
  case alternatives([NamePatternTree])
  /// Nil as `most` for no limit.
  case repetition(NamePatternTree, least: Int, most: Int?)
  case ahead(NamePatternTree, isWanted: Bool)
}

/// Writes a tree as steps.
struct NamePatternCompiler {
  /// A few times what the longest expressions of trainers need.
  private static let limit = 4096

  private(set) var steps: [NamePattern.Step] = []

  mutating func add(_ step: NamePattern.Step) throws(NamePatternError) {
    guard steps.count < Self.limit else { throw .tooLong }
    steps.append(step)
  }

  mutating func add(_ tree: NamePatternTree) throws(NamePatternError) {
    switch tree {
    case .step(let step): try add(step)
    case .sequence(let parts): for part in parts { try add(part) }
    case .alternatives(let parts): try addAlternatives(parts[...])
    case .repetition(let part, let least, let most):
      for _ in 0..<least {
        // A part without steps would be counted to no end.
        let before = steps.count
        try add(part)
        if steps.count == before { return }
      }
      try addOptional(part, count: most.map { $0 - least })
    case .ahead(let part, let isWanted):
      let place = steps.count
      try add(.ahead(end: 0, isWanted: isWanted))
      try add(part)
      try add(.accept)
      steps[place] = .ahead(end: steps.count, isWanted: isWanted)
    }
  }

  private mutating func addAlternatives(
    _ parts: ArraySlice<NamePatternTree>
  ) throws(NamePatternError) {
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      let place = steps.count
      let isLast = index == parts.count - 1
      if !isLast { try add(.accept) }
      try add(part)
      guard !isLast else { break }
      jumps.append(steps.count)
      try add(.accept)
      steps[place] = .split(place + 1, steps.count)
    }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }

  /// Up to `count` times; any number of times if it is nil.
  private mutating func addOptional(
    _ part: NamePatternTree, count: Int?
  ) throws(NamePatternError) {
    guard let count else {
      let place = steps.count
      try add(.accept)
      try add(part)
      try add(.jump(place))
      steps[place] = .split(place + 1, steps.count)
      return
    }
    var places: [Int] = []
    for _ in 0..<count {
      places.append(steps.count)
      try add(.accept)
      try add(part)
    }
    for place in places { steps[place] = .split(place + 1, steps.count) }
  }
}

/// Follows all alternatives of an expression through one text.
struct NamePatternMatcher {
  let steps: [NamePattern.Step]
  let text: [Unicode.Scalar]

  /// Whether the steps from here accept; at the end of the text if `whole`, else anywhere.
  func matches(
    from first: Int, at start: Int, whole: Bool, budget: inout Int
  ) throws(NamePatternError) -> Bool {
    // The list of steps is made anew for each look ahead.
    budget -= steps.count
    var waiting = [first]
    // At which position a step was reached last; -1 for none.
    var reached = [Int](repeating: -1, count: steps.count)
    var position = start
    while !waiting.isEmpty {
      var next: [Int] = []
      while let place = waiting.popLast() {
        guard reached[place] != position else { continue }
        reached[place] = position
        budget -= 1
        guard budget > 0 else { throw .tooCostly }
        switch steps[place] {
        case .read(let wanted):
          if position < text.count, wanted.contains(text[position]) { next.append(place + 1) }
        case .split(let one, let other): waiting += [one, other]
        case .jump(let target): waiting.append(target)
        case .start: if position == 0 { waiting.append(place + 1) }
        case .end: if position == text.count { waiting.append(place + 1) }
        case .boundary(let isWanted):
          if isBoundary(position) == isWanted { waiting.append(place + 1) }
        case .ahead(let end, let isWanted):
          let isFound = try matches(from: place + 1, at: position, whole: false, budget: &budget)
          if isFound == isWanted { waiting.append(end) }
        case .accept: if !whole || position == text.count { return true }
        }
      }
      waiting = next
      position += 1
    }
    return false
  }

  private func isBoundary(_ position: Int) -> Bool {
    let before = position > 0 && CharacterClass.word.contains(text[position - 1])
    let after = position < text.count && CharacterClass.word.contains(text[position])
    return before != after
  }
}
