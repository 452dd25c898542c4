/// A result about one matrix.
public protocol MatrixResult: Sendable {
  /// Which matrix it is about, and up to which step.
  var identity: ModuleIdentity { get }
}

extension ModuleAnalysis: MatrixResult {}
extension ModuleTrajectory: MatrixResult {}

/// The results of an analysis in their order, read one at a time.
///
/// There may be more than fit into memory. They lie where they were kept when they were made, and are read from there
/// each time they are asked for.
public struct StoredResults<Result: MatrixResult>: Sendable {
  /// Results of one run at one step, which follow each other.
  private struct Section: Sendable {
    let run: String
    let step: Int
    var positions: Range<Int>
  }

  private let sections: [Section]
  private let load: @Sendable (Int) throws -> Result

  /// Results that are in memory.
  public init(_ results: [Result]) {
    self.init(of: results.map(\.identity)) { results[$0] }
  }

  /// Results that are kept somewhere.
  /// - Parameters:
  ///   - identities: Of each, in order.
  ///   - load: Reads the one at a position; called from any thread.
  package init(
    of identities: some Sequence<ModuleIdentity>, load: @escaping @Sendable (Int) throws -> Result
  ) {
    var sections = [Section]()
    for (position, identity) in identities.enumerated() {
      let last = sections.indices.last
      if let last, sections[last].run == identity.run, sections[last].step == identity.step {
        sections[last].positions = sections[last].positions.lowerBound..<position + 1
      } else {
        sections.append(
          Section(run: identity.run, step: identity.step, positions: position..<position + 1))
      }
    }
    self.init(sections: sections, load: load)
  }

  private init(sections: [Section], load: @escaping @Sendable (Int) throws -> Result) {
    self.sections = sections
    self.load = load
  }

  public var count: Int { sections.reduce(0) { $0 + $1.positions.count } }

  public var isEmpty: Bool { sections.isEmpty }

  /// Reads each in order.
  /// - Throws: What reading or `body` throws.
  public func forEach(_ body: (Result) throws -> Void) throws {
    for section in sections {
      for position in section.positions { try body(load(position)) }
    }
  }

  /// Reads each and keeps what is made of it.
  /// - Throws: What reading or `transform` throws.
  public func map<Value>(_ transform: (Result) throws -> Value) throws -> [Value] {
    var values = [Value]()
    try forEach { values.append(try transform($0)) }
    return values
  }

  /// Reads one.
  /// - Parameter index: From 0, below the count.
  /// - Throws: What reading throws.
  public func read(_ index: Int) throws -> Result {
    var index = index
    for section in sections {
      if index < section.positions.count {
        return try load(section.positions.lowerBound + index)
      }
      index -= section.positions.count
    }
    preconditionFailure("there is no result \(index)")
  }

  /// Those of a run.
  public func of(run: String) -> StoredResults {
    StoredResults(sections: sections.filter { $0.run == run }, load: load)
  }

  /// Those of a step; of a path, `step` is that of its last point.
  public func at(step: Int) -> StoredResults {
    StoredResults(sections: sections.filter { $0.step == step }, load: load)
  }

  /// Those of each step, where they are of one run.
  public var steps: [(step: Int, results: StoredResults)] {
    sections.map { ($0.step, StoredResults(sections: [$0], load: load)) }
  }
}

extension StoredResults: ExpressibleByArrayLiteral {
  public init(arrayLiteral results: Result...) { self.init(results) }
}

extension ModuleAnalysis {
  /// The result without its spectra, which are most of it.
  package var withoutSpectra: ModuleAnalysis {
    var rest = self
    rest.baseSingularValues = []
    rest.adaptedSingularValues = []
    rest.updateSingularValues = []
    return rest
  }

  /// The result without what only tables and plots of single matrices need: spectra, projection, heads and directions.
  package var outline: ModuleAnalysis {
    var outline = withoutSpectra
    outline.projection = []
    outline.heads = nil
    outline.taskDirections = []
    return outline
  }
}
