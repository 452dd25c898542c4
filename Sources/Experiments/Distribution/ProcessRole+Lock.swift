package import Documents

extension ProcessRole {
  /// The lock on the folder of a work: the leader holds it alone, shards share it, and followers rely on their leader's.
  /// - Parameter folder: Its path.
  /// - Throws: `OutputError` if a process of another work holds it.
  package func lock(on folder: String) throws(OutputError) -> FolderLock? {
    switch self {
    case .leader: try FolderLock(folder)
    case .shard: try FolderLock(folder, isShared: true)
    case .follower: nil
    }
  }
}
