package import Studies

/// A system that a paper describes, small enough to be trained here: its arms, what is measured of them, and what the
/// paper claims.
///
/// A new system is a folder of its own beside `Machinery` and one line in ``SystemRegistry/all``. A unit of its work is
/// one arm with one seed. What a unit measures depends on arm, seed, size and base alone.
package protocol ResearchSystem: SendableMetatype {
  /// Names, words, arms and measures.
  static var description: SystemDescription { get }
  /// What the paper says of the arms; judged by fixed rules.
  static var claims: [SystemClaim] { get }
  /// An estimate of the work in a unit of an arm, in any unit.
  static func cost(of arm: String) -> Double

  /// Whether units adapt the base that is given; if not, they make their own data and models.
  static var adaptsBase: Bool { get }

  /// Whether units retrieve from texts that the user gives.
  static var readsCorpus: Bool { get }
  /// Refuses texts that units could not work with.
  static func check(_ corpus: CorpusFolder) throws

  /// One value does the units of a worker, one after another.
  init(size: SystemSize)

  /// Does a unit, and notes in it what it measured.
  /// - Parameters:
  ///   - unit: The arm and the seed.
  ///   - bench: The base, the corpus, and where checkpoints go.
  /// - Throws: What training throws; `CancellationError`, for which a long unit asks now and then.
  func run(_ unit: inout SystemUnit, on bench: SystemBench) throws
}

extension ResearchSystem {
  package static func cost(of arm: String) -> Double { 1 }
  package static var adaptsBase: Bool { true }
  package static var readsCorpus: Bool { false }
  package static func check(_ corpus: CorpusFolder) throws {}

  /// The word that chooses it.
  package static var name: String { description.name }
}

/// How much a system trains.
package enum SystemSize: String, Sendable, CaseIterable {
  /// Seconds a unit: enough to see that it works.
  case quick
  /// What the recorded results were made with.
  case full
}

/// One arm with one seed, and what it measured.
package struct SystemUnit: Sendable {
  package let arm: String
  package let seed: Int
  package private(set) var measurements: [SystemMeasurement] = []
  /// What took how long, in seconds. Unlike what was measured, it differs from run to run.
  package private(set) var times: [SystemTime] = []

  package init(arm: String, seed: Int) {
    self.arm = arm
    self.seed = seed
  }

  /// The name of its files.
  package var name: String { "\(arm)-seed\(seed)" }

  /// Notes a number.
  package mutating func note(_ measure: String, at x: Double, _ value: Double) {
    measurements.append(
      SystemMeasurement(arm: arm, seed: seed, measure: measure, x: x, value: value))
  }

  /// Notes how long something took.
  package mutating func time(_ what: String, at x: Double, _ seconds: Double) {
    times.append(SystemTime(what: what, x: x, seconds: seconds))
  }

  /// Notes what another value of the same unit noted.
  package mutating func note(_ other: SystemUnit) { measurements += other.measurements }
}

/// How long something in a unit took, at a place of an axis.
package struct SystemTime: Codable, Equatable, Sendable {
  package let what: String
  package let x: Double
  package let seconds: Double
}
