import Checkpoints
package import Documents
import Foundation
import LinearAlgebra
import Spectra
import Synchronization

/// The results of an analysis, on disk until its report is written: the journal that this process writes, and those of
/// other processes that had a share of the work. A killed process loses at most the matrices that it was working on. In
/// memory is only where each result lies.
///
/// A class, because workers append from several threads.
package final class AnalysisJournals: Sendable {
  /// Journals in the workspace of which nothing is used.
  package let unused: [UnusedJournal]
  private let own: AppendedFile
  private let reader: JournalReader
  private let state: Mutex<State>

  private struct State {
    /// Where the result of a key is.
    var places: [Key: JournalReader.Place] = [:]
    /// The kernels that computed results; the first computes here.
    var kernels: [String]
    /// The length of the own journal.
    var end: Int

    /// The number of a kernel.
    mutating func number(of kernel: String) -> Int {
      if let known = kernels.firstIndex(of: kernel) { return known }
      kernels.append(kernel)
      return kernels.count - 1
    }
  }

  /// The two halves of a key, which take a quarter of its text.
  private struct Key: Hashable {
    private let high: UInt64, low: UInt64

    init?(_ text: String) {
      guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
        let low = UInt64(text.suffix(16), radix: 16)
      else { return nil }
      (self.high, self.low) = (high, low)
    }
  }

  /// Opens the journals of a workspace.
  /// - Parameters:
  ///   - workspace: It must be open.
  ///   - fingerprint: Of everything that the numbers depend on but the kernel.
  ///   - kernel: The processor family whose BLAS kernels compute here.
  ///   - continuing: Whether to keep what there is. Otherwise all journals are emptied.
  ///   - mixingKernels: Whether results of other kernels are taken too.
  /// - Throws: `OutputError`, also if another process writes a journal that is wanted here.
  package init(
    in workspace: AnalysisWorkspace, fingerprint: String,
    kernel: String = LinearAlgebraLibrary.current.core, continuing: Bool,
    mixingKernels: Bool = false
  ) throws(OutputError) {
    let format = JournalFormat(fingerprint: fingerprint, kernel: kernel)
    own = try AppendedFile(workspace.journal.path)
    let others = workspace.journals.filter { $0 != workspace.journal }
    if workspace.shard == nil {
      for file in others { try AppendedFile.requireUnused(file.path) }
    }
    var files = [RangedFile]()
    for file in [workspace.journal] + others { files.append(try RangedFile(file.path)) }
    reader = JournalReader(files: files, format: format)
    var state = State(kernels: [kernel], end: format.head.count)
    var unused = [UnusedJournal]()
    if continuing {
      for (index, file) in files.enumerated() {
        var isUsed = mixingKernels
        let scan = try format.scan(file.data) { key, line, found in
          guard found == kernel || mixingKernels else { return }
          isUsed = true
          guard let key = Key(key), state.places[key]?.isIn(index) ?? true else { return }
          state.places[key] = JournalReader.Place(
            file: index, kernel: state.number(of: found), line: line)
        }
        isUsed = scan.map { isUsed || $0.kernel == kernel } ?? false
        if !isUsed, try !file.data(0..<1).isEmpty {
          unused.append(UnusedJournal(path: file.path, kernel: scan?.kernel, here: kernel))
        }
        guard index == 0 else { continue }
        if let scan, isUsed {
          // What is written next would else be a part of a line that was cut off, or count as of another kernel.
          let joint =
            (scan.isWhole ? Data() : Data([JournalFormat.newline]))
            + (scan.kernel == kernel ? Data() : format.head)
          if !joint.isEmpty { try own.append(joint) }
          state.end = scan.end + joint.count
        } else {
          try own.begin(with: format.head)
        }
      }
    } else {
      for file in others { try AppendedFile(file.path).begin(with: Data()) }
      try own.begin(with: format.head)
    }
    self.unused = unused
    self.state = Mutex(state)
  }

  /// Whether a unit is finished, as far as can be told without decoding its result.
  func holds(_ unit: AnalysisUnit) -> Bool { place(of: unit.key) != nil }

  /// The result of a finished unit; nil for others.
  func result(of unit: AnalysisUnit) throws(OutputError) -> ModuleAnalysis? {
    let analysis = try read(JournaledModule.self, unit.key)?.analysis
    return analysis.flatMap { $0.identity == unit.identity ? $0 : nil }
  }

  /// Whether the content hash of a group's base weight is known, or not needed.
  func holdsBaseHash(of group: AnalysisGroup) -> Bool {
    group.baseKey.map { place(of: $0) != nil } ?? true
  }

  /// The content hash of a group's base weight; nil if it is not known or there is no base.
  func baseHash(of group: AnalysisGroup) throws(OutputError) -> String? {
    guard let key = group.baseKey, let hash = try read(String.self, key) else { return nil }
    return hash.count == 32 && hash.allSatisfy(\.isHexDigit) ? hash : nil
  }

  /// The path through all units of a run; nil if it is not known.
  func trajectory(of units: ArraySlice<AnalysisUnit>) throws(OutputError) -> ModuleTrajectory? {
    let path = try read(ModuleTrajectory.self, units.pathKey)
    return path.flatMap { $0.isPath(through: units) ? $0 : nil }
  }

  /// The results of a plan in the order of tables, read when they are asked for, and the kernels that computed them.
  func results(
    of plan: AnalysisPlan
  ) -> (results: StoredResults<ModuleAnalysis>, kernels: [String]) {
    let isInOrder = plan.isInOrder
    // Only what is needed of a unit is sorted.
    let known = plan.groups.flatMap { group in
      group.units.compactMap { unit in place(of: unit.key).map { (unit.identity, $0) } }
    }.sorted { isInOrder($0.0, $1.0) }
    let kernels = state.withLock { state in
      Set(known.map(\.1.kernel)).map { state.kernels[Int($0)] }.sorted()
    }
    return (reader.modules(known.map(\.0), at: known.map(\.1)), kernels)
  }

  /// The paths through the units of each module of each run, as far as there are any, in the order of tables.
  func trajectories(of plan: AnalysisPlan) -> StoredResults<ModuleTrajectory> {
    let isInOrder = plan.isPathInOrder
    let known = plan.groups.flatMap { group in
      group.runs.compactMap { units in
        place(of: units.pathKey).flatMap { place in units.last.map { ($0.identity, place) } }
      }
    }.sorted { isInOrder($0.0, $1.0) }
    return reader.trajectories(known.map(\.0), at: known.map(\.1))
  }

  /// Adds a line; it may come from another process.
  /// - Throws: ``ExperimentError/foreignResult``; `OutputError`.
  func append(_ line: Data) throws {
    guard let (text, _) = reader.format.result(of: line.dropLast()), let key = Key(text) else {
      throw ExperimentError.foreignResult
    }
    try state.withLock { state in
      try own.append(line)
      state.places[key] = JournalReader.Place(
        file: 0, kernel: 0, line: state.end..<state.end + line.count - 1)
      state.end += line.count
    }
  }

  private func place(of key: String) -> JournalReader.Place? {
    Key(key).flatMap { key in state.withLock { $0.places[key] } }
  }

  private func read<Value: Decodable>(
    _ type: Value.Type, _ key: String
  ) throws(OutputError) -> Value? {
    guard let place = place(of: key) else { return nil }
    return try reader.read(type, at: place)
  }
}

extension AppendedFile {
  fileprivate func begin(with head: Data) throws(OutputError) {
    try keep(first: 0)
    try append(head)
  }
}
