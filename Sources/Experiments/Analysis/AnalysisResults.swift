import Foundation
package import Spectra
import Synchronization

/// The results of an engine.
package struct AnalysisResults: Sendable {
  /// In no particular order.
  package var modules: [ModuleAnalysis] = []
  /// One for each module of each run, in no particular order, if paths were wanted.
  package var trajectories: [ModuleTrajectory] = []
  /// The content hashes of the analysed base weights, by the path of the base and the module.
  var baseHashes: [String: [String: String]] = [:]

  mutating func add(_ finding: GroupFinding, of group: AnalysisGroup) {
    switch finding.value {
    case .module(let analysis): modules.append(analysis)
    case .trajectory(let path): trajectories.append(path)
    case .baseHash(let hash):
      if let path = group.basePath { baseHashes[path, default: [:]][group.module] = hash }
    }
  }

  static func += (left: inout AnalysisResults, right: AnalysisResults) {
    left.modules += right.modules
    left.trajectories += right.trajectories
    // In place: with very many modules a copy of all hashes for each group would take most of the time.
    for (path, hashes) in right.baseHashes {
      left.baseHashes[path, default: [:]].merge(hashes) { hash, _ in hash }
    }
  }

  /// One hash for all analysed weights of a base.
  func contentHash(ofBase path: String) -> String {
    let weights = (baseHashes[path] ?? [:]).sorted { $0.key < $1.key }
    return ContentHash(of: weights.flatMap { [$0.key, $0.value] }).hexadecimal
  }
}

/// One result of the work on a group, as it is written to a journal.
struct GroupFinding: Sendable {
  enum Value: Sendable {
    case module(ModuleAnalysis)
    /// Of the base weight's contents.
    case baseHash(String)
    case trajectory(ModuleTrajectory)
  }

  let value: Value
  let key: String
  /// Whether it was computed, not taken from a journal.
  let isNew: Bool

  init(_ value: Value, key: String, isNew: Bool) {
    self.value = value
    self.key = key
    self.isNew = isNew
  }

  /// The line of a journal; nil for a path with a number that JSON cannot hold, which is then made again.
  func line(in format: JournalFormat) throws -> Data? {
    switch value {
    case .module(let analysis): try format.line(of: JournaledModule(analysis), key: key)
    case .baseHash(let hash): try format.line(of: hash, key: key)
    case .trajectory(let path): try? format.line(of: path, key: key)
    }
  }
}

/// The results of several workers. A class, because they share it.
final class GatheredResults: Sendable {
  private let results = Mutex(AnalysisResults())

  func add(_ part: AnalysisResults) { results.withLock { $0 += part } }

  var all: AnalysisResults { results.withLock { $0 } }
}
