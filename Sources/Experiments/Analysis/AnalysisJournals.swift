import Checkpoints
package import Documents
import Foundation
import Spectra
import Synchronization

/// The results of an analysis that are kept until its report is written: the journal that this process writes, and those
/// of other processes that had a share of the work. A killed process loses at most the matrices that it was working on.
///
/// A class, because workers append from several threads.
package final class AnalysisJournals: Sendable {
  /// The names of journals that belong to an analysis of other files, options or versions, and are not used.
  package let foreign: [String]
  private let own: AppendedFile
  private let format: JournalFormat
  private let isCollecting: Bool
  /// The JSON of what was finished before, and of what comes from other processes, by key. A shard, which needs no results,
  /// keeps the keys alone.
  private let results: Mutex<[String: Data]>

  /// Opens the journals of a workspace.
  /// - Parameters:
  ///   - workspace: It must be open.
  ///   - fingerprint: Of everything that the numbers depend on.
  ///   - continuing: Whether to keep what there is. Otherwise all journals are emptied.
  ///   - collecting: Whether lines that are appended can be taken.
  /// - Throws: `OutputError`, also if another process writes a journal that is wanted here.
  package init(
    in workspace: AnalysisWorkspace, fingerprint: String, continuing: Bool, collecting: Bool
  ) throws(OutputError) {
    format = JournalFormat(fingerprint: fingerprint)
    isCollecting = collecting
    own = try AppendedFile(workspace.journal.path)
    let others = workspace.journals.filter { $0 != workspace.journal }
    if workspace.shard == nil {
      for file in others { try AppendedFile.requireUnused(file.path) }
    }
    guard continuing else {
      foreign = []
      results = Mutex([:])
      for file in others { try AppendedFile(file.path).begin(with: Data()) }
      try own.begin(with: format.head)
      return
    }
    var all = [String: Data]()
    var foreign = [String]()
    for file in [workspace.journal] + others {
      let isOwn = file == workspace.journal
      let content = try OutputError.naming(file.path) { try Data(contentsOf: file) }
      let found = format.read(content)
      if found == nil, !content.isEmpty { foreign.append(file.lastPathComponent) }
      if isOwn, found == nil { try own.begin(with: format.head) }
      // What is written next would else be a part of a line that was cut off.
      if isOwn, found != nil, content.last != Self.newline {
        try own.append(Data([Self.newline]))
      }
      for (key, json) in found ?? [:] where all[key] == nil {
        // A copy, so that the memory is freed with the last result of the file.
        all[key] = workspace.shard == nil ? Data(json) : Data()
      }
    }
    self.foreign = foreign
    results = Mutex(all)
  }

  /// Whether a unit is finished, as far as can be told without decoding its result.
  func holds(_ unit: AnalysisUnit) -> Bool { results.withLock { $0[unit.key] != nil } }

  /// Takes the result of a finished unit; nil for others. What was taken is no longer held.
  func takeResult(of unit: AnalysisUnit) -> ModuleAnalysis? {
    let analysis = take(JournaledModule.self, unit.key)?.analysis
    return analysis.flatMap { $0.identity == unit.identity ? $0 : nil }
  }

  /// Whether the content hash of a group's base weight is known, or not needed.
  func holdsBaseHash(of group: AnalysisGroup) -> Bool {
    group.baseKey.map { key in results.withLock { $0[key] != nil } } ?? true
  }

  /// Takes the content hash of a group's base weight; nil if it is not known or there is no base.
  func takeBaseHash(of group: AnalysisGroup) -> String? {
    group.baseKey.flatMap { take(String.self, $0) }
      .flatMap { $0.count == 32 && $0.allSatisfy(\.isHexDigit) ? $0 : nil }
  }

  /// Takes the path through all units of a run; nil if it is not known.
  func takeTrajectory(of units: ArraySlice<AnalysisUnit>) -> ModuleTrajectory? {
    take(ModuleTrajectory.self, units.pathKey).flatMap { $0.isPath(through: units) ? $0 : nil }
  }

  /// Adds a line; it may come from another process.
  /// - Throws: ``ExperimentError/foreignResult``; `OutputError`.
  func append(_ line: Data) throws {
    guard let (key, json) = format.result(of: line.dropLast()) else {
      throw ExperimentError.foreignResult
    }
    try results.withLock { results in
      try own.append(line)
      if isCollecting { results[key] = Data(json) }
    }
  }

  private func take<Value: Decodable>(_ type: Value.Type, _ key: String) -> Value? {
    results.withLock { $0.removeValue(forKey: key) }
      .flatMap { try? JSONDecoder().decode(type, from: $0) }
  }

  private static let newline = UInt8(ascii: "\n")
}

extension AppendedFile {
  fileprivate func begin(with head: Data) throws(OutputError) {
    try keep(first: 0)
    try append(head)
  }
}
