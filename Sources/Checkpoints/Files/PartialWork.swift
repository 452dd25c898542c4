package import Documents
import Foundation
import Synchronization

/// The folder `OUT.partial`, in which a command keeps what it has finished until `OUT` appears whole: records of finished
/// parts of the work, and files that the parts wrote into.
///
///     OUT.partial/journal    a line `sigmascope-partial-1 FINGERPRINT`, then the records: a line
///                            `CHECKSUM LENGTH KEY`, LENGTH bytes and an end of line
///     OUT.partial/files/     becomes OUT
///
/// A record that fails its checksum, such as one that was cut off, ends the journal; what comes behind it is done again.
///
/// A class, because tasks add records, and it holds the folder's lock.
package final class PartialWork: Sendable {
  /// Where the files are that the work writes.
  package let files: String
  /// Whether there was work to continue that was not wanted, or was of other inputs and options.
  package let discarded: Discarded?
  private let final: String
  private let place: String
  /// `OUT.partial`.
  package let folder: String
  private let fingerprint: String
  private let journal: AppendedFile
  private let reader: RangedFile
  private let lock: FolderLock
  private let state: Mutex<State>

  /// Unfinished work that is not continued.
  package enum Discarded: Sendable {
    /// It could have been.
    case unwanted
    /// It is of other files, options, another version or another BLAS kernel.
    case foreign
  }

  private struct State {
    var records: [String: Range<Int>] = [:]
    var end: Int
  }

  /// Opens the folder beside a final path, which is made if it is not there.
  /// - Parameters:
  ///   - final: The path of the result, at which there is nothing.
  ///   - fingerprint: Of everything that the result depends on, in one line.
  ///   - resuming: Whether work of the same fingerprint is continued; else it is begun anew.
  /// - Throws: `OutputError.exists` if there is something at the path; `OutputError.holdsOthers` if the folder holds what
  ///   this program did not write; `OutputError.inUse`; others of writing.
  package init(for final: String, fingerprint: String, resuming: Bool) throws(OutputError) {
    try Self.checkAbsent(final)
    self.final = final
    self.fingerprint = fingerprint
    place = try AtomicFolder.place(of: final)
    folder = place + ".partial"
    files = "\(folder)/files"
    do throws(OutputError) {
      lock = try FolderLock(folder)
    } catch .inUse {
      throw .inUse(path: final)
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: final, reason: reason)
    }
    let path = "\(folder)/\(Self.journalName)"
    let hasJournal = try Self.requireOwn(folder)
    journal = try AppendedFile(path)
    reader = try RangedFile(path)
    let head = Self.head(fingerprint)
    let found = hasJournal ? try Self.scan(reader, head: head, fingerprint: fingerprint) : nil
    if resuming, let found {
      discarded = nil
      state = Mutex(State(records: found.records, end: found.end))
      try journal.keep(first: found.end)
    } else {
      let isEmpty = try reader.data(0..<1).isEmpty
      let isOwn = found.map { !$0.records.isEmpty } ?? false
      discarded = isOwn ? .unwanted : resuming && !isEmpty ? .foreign : nil
      state = Mutex(State(end: head.count))
      try journal.keep(first: 0)
      try journal.append(Data(head))
      try clearFiles()
    }
    try OutputError.naming(final) { [files] in
      try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    }
  }

  /// Removes the files that stopped work left.
  /// - Throws: `OutputError.cannotWrite`.
  package func clearFiles() throws(OutputError) {
    try OutputError.naming(final) { [files] in
      if try PathStatus.exists(files) { try FileManager.default.removeItem(atPath: files) }
      try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    }
  }

  /// Throws unless nothing is at a path, or an empty folder. What a process left that was killed when it had finished is
  /// removed.
  /// - Throws: `OutputError.exists`.
  package static func checkAbsent(_ final: String) throws(OutputError) {
    do throws(OutputError) {
      try AtomicFolder.checkAbsent(final)
    } catch {
      removeLeftover(of: final)
      throw error
    }
  }

  /// Removes the folder of work whose files have become the result.
  private static func removeLeftover(of final: String) {
    guard let place = try? AtomicFolder.place(of: final) else { return }
    let folder = place + ".partial"
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: folder),
      names.allSatisfy({ $0 == journalName }), let lock = try? FolderLock(folder)
    else { return }
    withExtendedLifetime(lock) {
      if (try? requireOwn(folder)) != nil { try? manager.removeItem(atPath: folder) }
    }
  }

  // MARK: Records

  /// The bytes of a finished part; nil for others.
  /// - Parameter key: What it is, as a text of any form.
  /// - Throws: `OutputError.cannotReadBack`.
  package func record(of key: String) throws(OutputError) -> [UInt8]? {
    let place = state.withLock { $0.records[Self.name(of: key)] }
    guard let place else { return nil }
    let bytes = try reader.data(place)
    guard bytes.count == place.count else {
      throw .cannotReadBack(path: reader.path, reason: "another program changed it")
    }
    return [UInt8](bytes)
  }

  /// Notes that a part is finished.
  /// - Throws: `OutputError.cannotWrite`.
  package func add(_ bytes: [UInt8], of key: String) throws(OutputError) {
    let name = Self.name(of: key)
    let head = Array(
      "\(Self.checksum(of: bytes, name, fingerprint)) \(bytes.count) \(name)\n".utf8)
    try state.withLock { (state) throws(OutputError) in
      try journal.append(Data(head + bytes + [Self.newline]))
      let start = state.end + head.count
      state.records[name] = start..<start + bytes.count
      state.end = start + bytes.count + 1
    }
  }

  /// Writes a file beside those of the parts, in place of one that stopped work left.
  /// - Parameter name: Relative to the folder.
  /// - Throws: `OutputError.cannotWrite`.
  package func write(_ bytes: [UInt8], to name: String) throws(OutputError) {
    try? FileManager.default.removeItem(atPath: "\(files)/\(name)")
    try AtomicFolder(filling: files).write(bytes, to: name)
  }

  // MARK: The end

  /// Does work that ends with all files written, and gives them the final name. If it fails before any part is finished, or
  /// by bad input, by which it would fail again, nothing is left; else the parts are kept to be continued. What could not be
  /// read may be readable later.
  /// - Throws: `OutputError`, with the final path; what the work throws.
  package func publishing<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      let result = try await work()
      try AtomicFolder.publish(files, as: place)
      remove()
      return result
    } catch OutputError.cannotWrite(_, let reason) {
      removeIfUseless()
      throw OutputError.cannotWrite(path: final, reason: reason)
    } catch {
      if error is any BadInput, !(error is CheckpointError) { remove() } else { removeIfUseless() }
      throw error
    }
  }

  private func removeIfUseless() { if !holdsParts { remove() } }

  /// Whether any part is finished.
  package var holdsParts: Bool { state.withLock { !$0.records.isEmpty } }

  private func remove() {
    state.withLock { $0.records = [:] }
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: The journal

  private static let journalName = "journal"
  private static let mark = "sigmascope-partial-"
  private static let version = 1
  private static let newline = UInt8(ascii: "\n")
  /// The longest first line of a record: a checksum, a number and a key.
  private static let longestHead = 32 + 1 + 20 + 1 + 32 + 1

  private static func head(_ fingerprint: String) -> [UInt8] {
    Array("\(mark)\(version) \(fingerprint)\n".utf8)
  }

  /// A key of one length, whatever its text holds.
  private static func name(of key: String) -> String {
    let hash = ContentHasher()
    hash.update(text: key)
    return hash.digest()
  }

  private static func checksum(
    of bytes: [UInt8], _ name: String, _ fingerprint: String
  ) -> String {
    let hash = ContentHasher()
    hash.update(text: fingerprint)
    hash.update(text: name)
    hash.update(bytes)
    return hash.digest()
  }

  /// Throws if a folder holds what this program did not write.
  /// - Returns: Whether there is a journal.
  private static func requireOwn(_ folder: String) throws(OutputError) -> Bool {
    let names = try OutputError.naming(folder) {
      try FileManager.default.contentsOfDirectory(atPath: folder)
    }.sorted()
    if names.isEmpty { return false }
    let isOwn: Bool
    if names.contains(journalName) {
      let start = try RangedFile("\(folder)/\(journalName)").data(0..<mark.utf8.count)
      // A process that was killed at once leaves an empty one.
      isOwn = start.isEmpty || start.elementsEqual(mark.utf8)
    } else {
      isOwn = false
    }
    let other = isOwn ? names.first { $0 != journalName && $0 != "files" } : names.first
    if let other { throw .holdsOthers(path: folder, file: other) }
    return true
  }

  /// Finds the records of a journal, and where the last whole one ends; nil if it has another first line.
  private static func scan(
    _ file: RangedFile, head: [UInt8], fingerprint: String
  ) throws(OutputError) -> (records: [String: Range<Int>], end: Int)? {
    guard try file.data(0..<head.count).elementsEqual(head) else { return nil }
    var records: [String: Range<Int>] = [:]
    var end = head.count
    while true {
      let start = [UInt8](try file.data(end..<end + longestHead))
      guard let line = start.firstIndex(of: newline) else { return (records, end) }
      let parts = String(decoding: start[..<line], as: UTF8.self).split(separator: " ")
      guard parts.count == 3, let count = Int(parts[1]), count >= 0 else { return (records, end) }
      let place = end + line + 1..<end + line + 1 + count
      let bytes = [UInt8](try file.data(place.lowerBound..<place.upperBound + 1))
      guard bytes.count == count + 1, bytes.last == newline,
        checksum(of: Array(bytes.dropLast()), String(parts[2]), fingerprint) == parts[0]
      else { return (records, end) }
      records[String(parts[2])] = place
      end = place.upperBound + 1
    }
  }
}
