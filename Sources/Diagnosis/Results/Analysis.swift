public import Spectra

/// A whole analysis: everything that the files and the page are written from.
public struct Analysis: Sendable {
  /// The command line that made it.
  public var command: [String]
  public var version: String
  /// The processor family whose BLAS kernels computed it; of several, with ` + ` between; nil if that is not known.
  public var kernel: String?
  /// K, the number of principal directions for shares and angles, as asked for; a small matrix may use fewer.
  public var topCount: Int
  /// K as it was used; as asked for, unless the shapes of the matrices are known.
  public var principalCount: PrincipalCount
  /// Of all matrices of all checkpoints, sorted by run, step and module.
  public var modules: StoredResults<ModuleAnalysis>
  /// Vectors (biases, norm gains) that changed: their norms.
  public var vectors: [VectorChange]
  public var runs: [RunAnalysis]
  /// How each matrix moved over the checkpoints of its run, sorted by run and module; empty if that was not asked for.
  public var trajectories: StoredResults<ModuleTrajectory>

  public init(
    command: [String], version: String, kernel: String? = nil, topCount: Int,
    modules: StoredResults<ModuleAnalysis>, vectors: [VectorChange], runs: [RunAnalysis],
    trajectories: StoredResults<ModuleTrajectory> = []
  ) {
    self.command = command
    self.version = version
    self.kernel = kernel
    self.topCount = topCount
    principalCount = PrincipalCount(asked: topCount, of: [])
    self.modules = modules
    self.vectors = vectors
    self.runs = runs
    self.trajectories = trajectories
  }
}

/// The change of a bias or a norm's gain.
public struct VectorChange: Codable, Equatable, Sendable {
  /// Here `module` is the tensor's whole name, `rows` its length and `columns` 1.
  public var identity: ModuleIdentity
  /// Nil if an entry is not finite.
  public var updateNorm: Double?
  public var relativeUpdateNorm: Double?
  /// How many entries of the change are NaN or infinite, because those of the checkpoint or of the base are.
  public var nonFiniteCount: Int

  public init(
    identity: ModuleIdentity, updateNorm: Double?, relativeUpdateNorm: Double?,
    nonFiniteCount: Int = 0
  ) {
    self.identity = identity
    self.updateNorm = updateNorm
    self.relativeUpdateNorm = relativeUpdateNorm
    self.nonFiniteCount = nonFiniteCount
  }
}

extension Analysis {
  /// The modules of one run's last analysed step.
  package func lastModules(of run: RunAnalysis) -> StoredResults<ModuleAnalysis> {
    run.steps.last.map { modules.of(run: run.name).at(step: $0.step) } ?? []
  }
}

extension [VectorChange] {
  /// One line about all vectors that are not finite; nil if all are.
  package var nonFiniteFinding: String? {
    let broken = filter { $0.nonFiniteCount > 0 }
    guard let first = broken.first else { return nil }
    let count = broken.reduce(0) { $0 + $1.nonFiniteCount }
    return
      "entries that are NaN or infinite: \(count) in \(broken.count) of \(self.count) analysed vectors,"
      + " first in '\(first.identity.module)' at step \(first.identity.step)"
  }
}
