import Diagnosis
import Documents
import Spectra
package import Studies
import Training

/// The folder of a study on disk.
///
///     STUDY/study.json              title, common factors, baseline, names of the runs
///     STUDY/runs/NAME/              a run as `train` writes it
///     STUDY/runs/NAME/result.json   its results; written last, so the file marks a finished run
package struct StudyFolder: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package func runPath(_ name: String) -> String { "\(path)/runs/\(name)" }

  private func resultPath(_ name: String) -> String {
    "\(runPath(name))/\(Self.resultName)"
  }

  private static let resultName = "result.json"

  /// Whether a file in the folder of a run was written there by a study, by its name relative to that folder.
  static func isOfRun(_ name: String) -> Bool {
    let first = name.prefix { $0 != "/" }
    return RunRecorder.isRecorded(String(first))
      || (StagingLeftover(file: name, in: "")?.name ?? name) == resultName
  }

  /// Throws if there is a run but no study, or if the folder is itself a run, a checkpoint or a model. A study is written
  /// before its runs, so the run is of something else.
  func requireNoRuns(of names: [String]) throws(OutputError) {
    guard try !isBegun else { return }
    try RunRecorder.requireFree(path)
    for name in names where try OutputError.status(of: runPath(name)) != nil {
      throw .holdsOthers(path: path, file: "runs/\(name)")
    }
  }

  /// Removes the folder if it holds nothing but a study of which no run has begun.
  func removeUnbegun() { try? AtomicFolder.remove(path) { $0 == Self.headerName } }

  private static let headerName = "study.json"

  private var headerPath: String { "\(path)/\(Self.headerName)" }

  /// Whether the folder that is to be written contains a study.
  var isBegun: Bool {
    get throws(OutputError) { try OutputError.status(of: headerPath) != nil }
  }

  /// Whether the folder that is to be read contains a study.
  package var exists: Bool {
    get throws(TextFile.Fault) { try PathStatus.exists(headerPath) }
  }

  /// The contents of `study.json`: a study without the results of its runs.
  struct Header: Codable, Equatable {
    var title: String
    var common: Factors
    var baseline: String
    /// The names of the runs in the order of the plan.
    var runs: [String]
    /// K of the runs' head shares and angles; nil in studies of versions that did not keep it.
    var topCount: Int?
  }

  /// The contents of `result.json`: a run or a probe.
  struct Result: Codable {
    /// The text of a ``RunFingerprint``.
    let fingerprint: String
    let unit: FinishedUnit

    private enum CodingKeys: String, CodingKey {
      case fingerprint, run, probe
    }

    init(fingerprint: String, unit: FinishedUnit) {
      self.fingerprint = fingerprint
      self.unit = unit
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      fingerprint = try container.decode(String.self, forKey: .fingerprint)
      if let probe = try container.decodeIfPresent(StartProbe.self, forKey: .probe) {
        unit = .probed(probe)
      } else {
        unit = .trained(try container.decode(StudyRun.self, forKey: .run))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(fingerprint, forKey: .fingerprint)
      switch unit {
      case .trained(let run): try container.encode(run, forKey: .run)
      case .probed(let probe): try container.encode(probe, forKey: .probe)
      }
    }
  }

  func write(_ header: Header) throws { try ResultFile.write(header, to: headerPath) }

  func write(_ result: Result) throws {
    try ResultFile.write(result, to: resultPath(result.unit.name))
  }

  /// The result of a run; nil if it is not finished.
  func result(of name: String) throws -> Result? {
    let file = resultPath(name)
    guard try PathStatus.exists(file) else { return nil }
    let result = try read(Result.self, from: file)
    if case .trained(let run) = result.unit, !run.hasOrderedSteps {
      throw StudyError.unreadable(
        path: file,
        reason: "its steps do not ascend from 0: delete the file and go on with --resume")
    }
    return result
  }

  /// The study in the folder: its finished runs in the order of the plan.
  /// - Throws: ``StudyError/unreadable(path:reason:)``.
  package func results() throws -> StudyResults {
    let header = try read(Header.self, from: headerPath)
    var results = StudyResults(
      title: header.title, common: header.common, baseline: header.baseline, runs: [],
      topCount: header.topCount)
    var kernels = Set<String>()
    for name in header.runs {
      guard let found = try result(of: name) else { continue }
      if let name = RunFingerprint(found.fingerprint)?.kernels { kernels.insert(name) }
      switch found.unit {
      case .trained(let run): results.runs.append(run)
      case .probed(let probe): results.probes.append(probe)
      }
    }
    results.kernels = kernels.sorted()
    return results
  }

  private func read<Value: Decodable>(
    _ type: Value.Type, from file: String
  ) throws(StudyError) -> Value {
    do {
      return try ResultFile.read(type, from: file)
    } catch {
      throw .unreadable(path: file, reason: error.reason)
    }
  }
}

extension StudyRun {
  /// Whether the steps of every curve and summary ascend, from 0 to a number that can be doubled.
  fileprivate var hasOrderedSteps: Bool {
    let lists = curves.values.map { $0.map(\.step) } + [steps.map(\.step), [factors.steps ?? 0]]
    return lists.allSatisfy { list in
      list.allSatisfy((0...Self.stepLimit).contains)
        && zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
    }
  }

  private static var stepLimit: Int { 1 << 53 }
}
