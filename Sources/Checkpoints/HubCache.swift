#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds a model on this machine, by its path or by its name on the Hugging Face hub.
/// Nothing is ever downloaded.
///
///     <cache>/models--org--name/refs/main                  holds a commit
///     <cache>/models--org--name/snapshots/<commit>/...     links into blobs
public enum HubCache {
  /// The folder or file for a name or path.
  /// - Parameter nameOrPath: A path; `org/name` or `name`, each optionally with `@revision`; the folder
  ///   of a repository in the cache; or a snapshot.
  /// - Parameter folder: The folder that a relative path is tried from first, before the working directory.
  /// - Parameter environment: The variables that say where caches are: `HF_HUB_CACHE`,
  ///   `HUGGINGFACE_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME` and `HOME`.
  /// - Throws: ``CheckpointError/modelNotFound(name:tried:)`` with every place that was tried.
  public static func resolve(
    _ nameOrPath: String, relativeTo folder: String?,
    environment: [String: String] = processEnvironment
  ) throws(CheckpointError) -> String {
    var tried: [String] = []
    for path in paths(of: nameOrPath, relativeTo: folder, environment: environment) {
      if let found = place(at: path, tried: &tried) { return found }
    }
    if let name = RepositoryName(nameOrPath) {
      for cache in caches(environment) {
        let repository = FileSystem.join(cache, name.folder)
        if let found = snapshot(name.revision, of: repository, tried: &tried) { return found }
      }
    }
    throw .modelNotFound(name: nameOrPath, tried: tried)
  }

  /// A name that means the same from every folder: that of a repository as it is, a relative path at which something lies as an
  /// absolute one.
  /// - Parameter folder: As for ``resolve(_:relativeTo:environment:)``.
  package static func name(
    _ nameOrPath: String, relativeTo folder: String?,
    environment: [String: String] = processEnvironment
  ) -> String {
    let path = paths(of: nameOrPath, relativeTo: folder, environment: environment)
      .first { FileSystem.kind(of: $0) != nil }
    guard let path, !nameOrPath.hasPrefix("/") else { return nameOrPath }
    return FileSystem.resolved(path)
  }

  /// This process's values of the variables that say where caches are.
  public static var processEnvironment: [String: String] {
    var environment: [String: String] = [:]
    for name in ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"] {
      // The system owns the text; it is copied at once.
      if let value = unsafe getenv(name) { environment[name] = unsafe String(cString: value) }
    }
    return environment
  }

  private static func paths(
    of name: String, relativeTo folder: String?, environment: [String: String]
  ) -> [String] {
    if name.isEmpty { return [] }
    if name.hasPrefix("/") { return [name] }
    if name.hasPrefix("~/"), let home = environment["HOME"] {
      return [FileSystem.join(home, String(name.dropFirst(2)))]
    }
    return (folder.map { [FileSystem.join($0, name)] } ?? []) + [name]
  }

  /// The path if it exists; for the folder of a repository in the cache, its snapshot.
  private static func place(at path: String, tried: inout [String]) -> String? {
    if FileSystem.kind(of: FileSystem.join(path, "snapshots")) == .folder {
      return snapshot(nil, of: path, tried: &tried)
    }
    if let kind = FileSystem.kind(of: path), kind != .unknown {
      return FileSystem.tidied(path)
    }
    tried.append(path)
    return nil
  }

  private static func caches(_ environment: [String: String]) -> [String] {
    let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let candidates = [
      value("HF_HUB_CACHE"), value("HUGGINGFACE_HUB_CACHE"),
      value("HF_HOME").map { FileSystem.join($0, "hub") },
      value("XDG_CACHE_HOME").map { FileSystem.join($0, "huggingface/hub") },
      value("HOME").map { FileSystem.join($0, ".cache/huggingface/hub") },
    ]
    return candidates.compactMap { $0 }
  }

  /// The snapshot of a revision: a branch or tag in `refs`, or a full or abbreviated commit.
  /// Without a revision, that of `main`, or the only snapshot.
  private static func snapshot(
    _ revision: String?, of repository: String, tried: inout [String]
  ) -> String? {
    let snapshots = FileSystem.join(repository, "snapshots")
    let reference = FileSystem.join(repository, "refs/" + (revision ?? "main"))
    let commits = (try? FileSystem.folders(in: snapshots)) ?? []
    let commit = (try? FileSystem.bytes(of: reference)).map { bytes in
      String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    }
    let matching: [String]
    if let commit {
      matching = commits.filter { $0 == commit }
    } else if let revision {
      matching = commits.filter { $0.hasPrefix(revision) }
    } else {
      matching = commits
    }
    if matching.count == 1 { return FileSystem.join(snapshots, matching[0]) }
    tried.append(FileSystem.join(snapshots, commit ?? revision ?? "main"))
    return nil
  }
}

/// The parts of `org/name@revision`, in the spelling of the cache.
private struct RepositoryName {
  /// `models--org--name`
  let folder: String
  let revision: String?

  /// Nil if this cannot be a name on the hub: names have one or two parts, and none is empty, `.` or `..`.
  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let components = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    let revisions = parts.dropFirst().first?.split(separator: "/", omittingEmptySubsequences: false)
    let isSafe = { (component: Substring) in
      !component.isEmpty && component != "." && component != ".." && !component.utf8.contains(0)
    }
    guard (1...2).contains(components.count), (components + (revisions ?? [])).allSatisfy(isSafe)
    else { return nil }
    folder = "models--" + components.joined(separator: "--")
    revision = parts.count > 1 ? String(parts[1]) : nil
  }
}
