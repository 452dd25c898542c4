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

/// The folder next to the output in which an unfinished analysis keeps its journal.
///
/// A class, because it holds the folder's lock, from ``open()`` until it is released.
package final class AnalysisWorkspace: Sendable {
  /// The folder of the report.
  package let output: URL
  /// `OUT.partial`, which is removed when the output exists.
  package let folder: URL
  /// The journal in it.
  package var journal: URL { folder.appendingPathComponent(AnalysisJournal.fileName) }
  /// Whether there was a journal of a stopped analysis to continue.
  package let hasUnfinishedWork: Bool
  private let wasThere: Bool
  private let lock = Mutex<FolderLock?>(nil)

  /// Creates nothing on disk yet, so that an analysis that fails on bad input leaves no files behind.
  /// - Throws: `OutputError` if `OUT.partial` holds anything but a journal of this program.
  package init(output path: String) throws(OutputError) {
    output = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    folder = output.deletingLastPathComponent()
      .appendingPathComponent(output.lastPathComponent + ".partial", isDirectory: true)
    let journal = folder.appendingPathComponent(AnalysisJournal.fileName)
    hasUnfinishedWork = try JournalFormat.isJournal(journal)
    let status = try OutputError.status(of: folder.path)
    wasThere = status != nil
    let names =
      status.map { $0.st_mode & S_IFMT == S_IFDIR } == true
      ? try OutputError.naming(folder.path) {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
      } : []
    let leftovers = Set(
      StagingLeftover.all(in: folder.path).filter { $0.name == AnalysisJournal.fileName }
        .map { URL(fileURLWithPath: $0.path).lastPathComponent })
    for name in names.sorted() where !leftovers.contains(name) {
      if name != AnalysisJournal.fileName || !hasUnfinishedWork {
        throw .holdsOthers(path: folder.path, file: name)
      }
    }
  }

  /// Creates and locks the folder.
  /// - Throws: `OutputError`, which names the output.
  package func open() throws(OutputError) {
    do throws(OutputError) {
      let held = try FolderLock(folder.path)
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
      for leftover in StagingLeftover.all(in: folder.path)
      where leftover.name == AnalysisJournal.fileName {
        leftover.remove()
      }
      try? FileManager.default.removeItem(at: journal)
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
      if names?.isEmpty == true { try? FileManager.default.removeItem(at: folder) }
      lock = nil
    }
  }

  /// Removes the folder after an analysis that failed, if this analysis made it and finished no unit.
  package func removeIfUseless() {
    let lines = (try? Data(contentsOf: journal))?.count { $0 == UInt8(ascii: "\n") } ?? 0
    if !wasThere, lines < 2 { remove() }
  }
}
