package import Documents
package import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folder next to the output in which an unfinished analysis keeps its journals: one, and one for each shard.
///
/// A class, because it holds the folder's lock, from ``open()`` until it is released.
package final class AnalysisWorkspace: Sendable {
  /// The folder of the report.
  package let output: URL
  /// `OUT.partial`, which is removed when the output exists.
  package let folder: URL
  /// The share of the work that this process does; nil for all.
  package let shard: Shard?
  /// Whether there was a journal of a stopped analysis to continue.
  package let hasUnfinishedWork: Bool
  private let wasThere: Bool
  private let lock = Mutex<FolderLock?>(nil)

  /// Creates nothing on disk yet, so that an analysis that fails on bad input leaves no files behind.
  /// - Parameters:
  ///   - path: The folder of the report.
  ///   - shard: The share of the work that this process does; nil for all.
  /// - Throws: `OutputError` if `OUT.partial` holds anything but journals of this program.
  package init(output path: String, shard: Shard? = nil) throws(OutputError) {
    output = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    let folder = output.deletingLastPathComponent()
      .appendingPathComponent(output.lastPathComponent + ".partial", isDirectory: true)
    self.folder = folder
    self.shard = shard
    let status = try OutputError.status(of: folder.path)
    wasThere = status != nil
    let names =
      status.map { $0.st_mode & S_IFMT == S_IFDIR } == true
      ? try OutputError.naming(folder.path) {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
      } : []
    let leftovers = Set(
      Self.leftovers(in: folder).map { URL(fileURLWithPath: $0.path).lastPathComponent })
    var found = false
    for name in names.sorted() where !leftovers.contains(name) {
      let file = folder.appendingPathComponent(name)
      // The process that wrote the report may be removing it.
      if Self.isJournal(name), try OutputError.status(of: file.path) == nil { continue }
      guard Self.isJournal(name), try JournalFormat.isJournal(file) else {
        throw .holdsOthers(path: folder.path, file: name)
      }
      found = true
    }
    hasUnfinishedWork = found
  }

  /// The journal that this process writes.
  package var journal: URL { folder.appendingPathComponent(Self.journalName(of: shard)) }

  /// All journals that are there, in the order of their names.
  var journals: [URL] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
      .filter(Self.isJournal).map { folder.appendingPathComponent($0) }
  }

  /// `journal.jsonl`, or `journal-3-of-64.jsonl`.
  private static func journalName(of shard: Shard?) -> String {
    shard.map { "journal-\($0.index)-of-\($0.count).jsonl" } ?? "journal.jsonl"
  }

  private static func isJournal(_ name: String) -> Bool {
    name == journalName(of: nil)
      || name.wholeMatch(of: /journal-(\d{1,9})-of-(\d{1,9})\.jsonl/)
        .flatMap { match in Shard("\(match.1)/\(match.2)") }
        .map { journalName(of: $0) == name } ?? false
  }

  /// What was left of journals of versions that wrote them anew.
  private static func leftovers(in folder: URL) -> [StagingLeftover] {
    StagingLeftover.all(in: folder.path).filter { isJournal($0.name) }
  }

  /// Creates and locks the folder; shards share the lock.
  /// - Throws: `OutputError`, which names the output.
  package func open() throws(OutputError) {
    do throws(OutputError) {
      let held = try FolderLock(folder.path, isShared: shard != nil)
      lock.withLock { $0 = held }
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: output.path, reason: reason)
    } catch .inUse {
      throw .inUse(path: output.path)
    }
  }

  /// Removes what this program wrote into the folder, then the folder if it is empty, and releases the lock.
  /// Does nothing unless the folder was opened.
  package func remove() {
    lock.withLock { lock in
      guard lock != nil else { return }
      for leftover in Self.leftovers(in: folder) { leftover.remove() }
      for journal in journals { try? FileManager.default.removeItem(at: journal) }
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
      if names?.isEmpty == true { try? FileManager.default.removeItem(at: folder) }
      lock = nil
    }
  }

  /// Removes the folder after an analysis that failed, if this analysis made it and finished no unit. Shards leave it to
  /// each other.
  package func removeIfUseless() {
    if shard == nil, !wasThere, !hasResult { remove() }
  }

  /// Whether there is a whole line behind the first one of the journal, which is read no further.
  private var hasResult: Bool {
    guard let data = try? Data(contentsOf: journal, options: .alwaysMapped),
      let head = data.firstIndex(of: JournalFormat.newline)
    else { return false }
    return data[(head + 1)...].contains(JournalFormat.newline)
  }
}
