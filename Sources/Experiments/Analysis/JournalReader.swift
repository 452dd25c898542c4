import Documents
import Foundation
import Spectra

/// Reads results back from journals, one at a time.
struct JournalReader: Sendable {
  /// Where a result is: a line of one of the journals.
  struct Place: Sendable {
    private let file: Int16
    /// The kernel that computed it, among those of the journals.
    let kernel: Int16
    private let length: Int32
    private let start: Int

    init(file: Int, kernel: Int, line: Range<Int>) {
      self.file = Int16(clamping: file)
      self.kernel = Int16(clamping: kernel)
      length = Int32(clamping: line.count)
      start = line.lowerBound
    }

    fileprivate var index: Int { Int(file) }
    fileprivate var range: Range<Int> { start..<start + Int(length) }

    func isIn(_ file: Int) -> Bool { index == file }
  }

  let files: [RangedFile]
  let format: JournalFormat

  /// The result in a place; nil if it is not of this type.
  /// - Throws: `OutputError` if the journal cannot be read, or no longer holds what it did.
  func read<Value: Decodable>(_ type: Value.Type, at place: Place) throws(OutputError) -> Value? {
    let file = files[place.index]
    guard let (_, json) = format.result(of: try file.data(place.range)) else {
      throw changed(file)
    }
    return format.decoded(type, json)
  }

  /// The results of matrices in their places, read when they are asked for.
  func modules(
    _ identities: [ModuleIdentity], at places: [Place]
  ) -> StoredResults<ModuleAnalysis> {
    StoredResults(of: identities) { index in
      guard var found = try read(JournaledModule.self, at: places[index])?.analysis else {
        throw changed(files[places[index].index])
      }
      // Its names, which are in memory once, in place of copies of them.
      found.identity = identities[index]
      return found
    }
  }

  /// The same for paths.
  func trajectories(
    _ identities: [ModuleIdentity], at places: [Place]
  ) -> StoredResults<ModuleTrajectory> {
    StoredResults(of: identities) { index in
      guard let found = try read(ModuleTrajectory.self, at: places[index]) else {
        throw changed(files[places[index].index])
      }
      return found
    }
  }

  private func changed(_ file: RangedFile) -> OutputError {
    .cannotReadBack(path: file.path, reason: "another program changed it")
  }
}
