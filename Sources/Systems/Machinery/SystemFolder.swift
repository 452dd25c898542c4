import Documents
import Experiments
import Studies
import Training

/// The folder of a system's run on disk.
///
///     OUT/plan.json           the system, its size, and what else its numbers depend on
///     OUT/units/NAME.json     what a unit measured; written whole, so that the file marks a finished unit
///     OUT/timings/NAME.json   how long parts of a unit took, if that was measured
///     OUT/runs/NAME/          the checkpoints of a unit
///     OUT/report/             the report of all units
package struct SystemFolder: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package var report: String { "\(path)/report" }
  func runPath(_ unit: String) -> String { "\(path)/runs/\(unit)" }
  private func resultPath(_ unit: String) -> String { "\(path)/units/\(unit).json" }
  private func timingPath(_ unit: String) -> String { "\(path)/timings/\(unit).json" }
  private static let planName = "plan.json"
  private var planPath: String { "\(path)/\(Self.planName)" }

  /// The contents of `plan.json`.
  struct Plan: Codable, Equatable {
    let system: String
    let size: String
    let base: String
    /// The hash of the texts that the user gave.
    let corpus: String?
    let version: String
    /// As `TrainingKernels.name`; nil in runs of versions that did not keep it, and where several compute.
    var kernels: String?
  }

  /// Whether a run of a system is in the folder.
  package var isBegun: Bool {
    get throws(OutputError) { try OutputError.status(of: planPath) != nil }
  }

  /// Begins a run, or checks that the one in the folder is the same.
  /// - Throws: ``SystemError``; `OutputError` if something else is in the folder.
  func begin(_ plan: Plan) throws {
    if try isBegun {
      var found = try read(Plan.self, from: planPath)
      if let before = found.kernels, let here = plan.kernels, before != here {
        throw SystemError.otherKernels(path: path, before: before, here: here)
      }
      found.kernels = plan.kernels
      guard found == plan else { throw SystemError.otherSettings(path: path) }
      return
    }
    try AtomicFolder.requireEmpty(path)
    try ResultFile.write(plan, to: planPath)
  }

  /// Removes the folder if it holds nothing but the plan.
  func removeUnbegun() { try? AtomicFolder.remove(path) { $0 == Self.planName } }

  /// Removes what an unfinished unit left.
  /// - Throws: `OutputError` if the folder holds files of others.
  func clearRun(of unit: String) throws(OutputError) {
    try AtomicFolder.remove(runPath(unit)) { name in
      RunRecorder.isRecorded(String(name.prefix { $0 != "/" }))
    }
  }

  /// Writes what a unit measured, and how long its parts took.
  func write(_ unit: SystemUnit) throws {
    if !unit.times.isEmpty { try ResultFile.write(unit.times, to: timingPath(unit.name)) }
    try ResultFile.write(unit.measurements, to: resultPath(unit.name))
  }

  /// How long parts of a unit took; empty if that was not measured.
  /// - Throws: ``SystemError/unreadable(path:reason:)``.
  package func times(of unit: String) throws -> [SystemTime] {
    let file = timingPath(unit)
    guard try PathStatus.exists(file) else { return [] }
    return try read([SystemTime].self, from: file)
  }

  /// What a unit measured; nil if it is not finished.
  /// - Throws: ``SystemError/unreadable(path:reason:)``.
  func measurements(of unit: String) throws -> [SystemMeasurement]? {
    let file = resultPath(unit)
    guard try PathStatus.exists(file) else { return nil }
    return try read(
      [SystemMeasurement].self, from: file, remedy: ": delete it and go on with --resume")
  }

  /// - Parameter remedy: What follows the reason if the file holds something else.
  private func read<Value: Decodable>(
    _ type: Value.Type, from file: String, remedy: String = ""
  ) throws(SystemError) -> Value {
    do {
      return try ResultFile.read(type, from: file)
    } catch {
      throw .unreadable(path: file, reason: error.reason + (error == .foreign ? remedy : ""))
    }
  }
}
