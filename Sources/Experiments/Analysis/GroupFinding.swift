import Foundation
import Spectra

/// One new result of the work on a group, as it is written to a journal.
struct GroupFinding: Sendable {
  enum Value: Sendable {
    case module(ModuleAnalysis)
    /// Of the base weight's contents.
    case baseHash(String)
    case trajectory(ModuleTrajectory)
  }

  let value: Value
  let key: String

  init(_ value: Value, key: String) {
    self.value = value
    self.key = key
  }

  /// The line of a journal.
  func line(in format: JournalFormat) throws -> Data {
    switch value {
    case .module(let analysis): try format.line(of: JournaledModule(analysis), key: key)
    case .baseHash(let hash): try format.line(of: hash, key: key)
    case .trajectory(let path): try format.line(of: path, key: key)
    }
  }
}
