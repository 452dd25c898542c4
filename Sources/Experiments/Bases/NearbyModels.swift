import Checkpoints
import Foundation

/// Models that lie near a checkpoint with whole weights and have its tensors: one of them may be its base.
///
/// Only for the words of an error: that a model fits in shape does not say that training started from it.
enum NearbyModels {
  /// How many folders above a checkpoint are searched, and how many folders at most.
  private static let height = 4, most = 400

  /// The paths of at most three models, the nearest first.
  static func fitting(_ checkpoint: String) -> [String] {
    guard let weights = try? ModelFolder(path: checkpoint).weights else { return [] }
    let shapes = Dictionary(
      weights.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    var found: [String] = []
    var folder = URL(fileURLWithPath: checkpoint).resolvingSymlinksInPath()
    var seen: Set = [folder.path]
    /// Looks at folders until enough is found or seen; says whether to go on.
    func look(at candidates: [URL]) -> Bool {
      for candidate in candidates where seen.insert(candidate.path).inserted {
        if isModel(candidate), fits(candidate.path, shapes) { found.append(candidate.path) }
        if found.count == 3 || seen.count > most { return false }
      }
      return true
    }
    for _ in 0..<height where folder.path != "/" && found.isEmpty {
      folder.deleteLastPathComponent()
      let near = folders(in: folder)
      guard look(at: near), near.allSatisfy({ look(at: folders(in: $0)) }) else { break }
    }
    return found
  }

  private static func folders(in folder: URL) -> [URL] {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().prefix(most).map { folder.appendingPathComponent($0) }.filter { url in
      var isFolder: ObjCBool = false
      return unsafe files.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  /// Whether a folder holds a model that no trainer wrote into a run.
  private static func isModel(_ folder: URL) -> Bool {
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
    return has("config.json") && !has("trainer_state.json")
      && !folder.lastPathComponent.hasPrefix("checkpoint")
  }

  /// Whether a model has most tensors of a checkpoint, all of them in the same shape.
  private static func fits(_ path: String, _ shapes: [String: [Int]]) -> Bool {
    guard let tensors = try? ModelFolder(path: path).weights.tensors else { return false }
    let common = tensors.filter { shapes[$0.name] != nil }
    return 2 * common.count > shapes.count && common.allSatisfy { shapes[$0.name] == $0.shape }
  }
}
