import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A hidden place beside a file or folder that is being written, or was when its process was killed.
package struct StagingLeftover {
  package let path: String
  /// The name of the file or folder that it was for.
  package let name: String
  /// Whether it is an old folder that was moved aside for a new one.
  let isAside: Bool

  /// All of them in a folder.
  package static func all(in folder: String) -> [StagingLeftover] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().compactMap {
      StagingLeftover(file: $0, in: folder)
    }
  }

  /// Nil unless a name is of the form `.NAME.1f2e3d4c.tmp` or `.NAME.1f2e3d4c.tmp.old`.
  package init?(file: String, in folder: String) {
    isAside = file.hasSuffix(".tmp.old")
    let digits = 8
    let ending = digits + (isAside ? ".tmp.old" : ".tmp").count
    guard file.hasPrefix("."), isAside || file.hasSuffix(".tmp"), file.count > ending + 2 else {
      return nil
    }
    let stem = file.dropLast(ending)
    guard file.dropFirst(stem.count).prefix(digits).allSatisfy(\.isHexDigit), stem.hasSuffix(".")
    else { return nil }
    name = String(stem.dropFirst().dropLast())
    path = "\(folder)/\(file)"
  }

  /// Removes it unless a process is writing it.
  package func remove() {
    ifUnused { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Does something with it unless a process is writing it. A folder that was moved aside belongs to the writer of the
  /// place beside it.
  func ifUnused(_ work: () -> Void) {
    let locked = isAside ? [path, String(path.dropLast(".old".count))] : [path]
    let descriptors = locked.map { unsafe open($0, O_RDONLY | O_CLOEXEC) }
    defer { for descriptor in descriptors where descriptor >= 0 { close(descriptor) } }
    // The place beside an old folder may be gone; the leftover itself is there.
    guard descriptors[0] >= 0 else { return }
    if descriptors.allSatisfy({ $0 < 0 || flock($0, LOCK_EX | LOCK_NB) == 0 }) { work() }
  }
}
