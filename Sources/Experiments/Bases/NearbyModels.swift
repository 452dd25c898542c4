import Checkpoints
import Foundation

/// Models that lie near a checkpoint with whole weights and have its tensors: one of them may be its base.
///
/// Only for the words of an error: that a model fits in shape does not say that training started from it.
enum NearbyModels {
  /// How many folders above a checkpoint are searched, and how many folders at most.
  private static let height = 4, most = 400

  /// The paths of at most three models: first those that the runs beside its run name as their base, then the nearest,
  /// last those that a merge made.
  static func fitting(_ checkpoint: String) -> [String] {
    guard let weights = try? ModelFolder(path: checkpoint).weights else { return [] }
    let shapes = Dictionary(
      weights.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    var folder = URL(fileURLWithPath: checkpoint).resolvingSymlinksInPath()
    var found = named(besideRunOf: folder).filter { fits($0, shapes) }
    var merged: [String] = []
    var seen = Set(found + [folder.path])
    /// Looks at folders until enough is found or seen; says whether to go on.
    func look(at candidates: [URL]) -> Bool {
      for candidate in candidates where seen.insert(candidate.path).inserted {
        if isModel(candidate), fits(candidate.path, shapes) {
          if isMerged(candidate) {
            merged.append(candidate.path)
          } else {
            found.append(candidate.path)
          }
        }
        if found.count >= wanted || seen.count > most { return false }
      }
      return true
    }
    for _ in 0..<height where folder.path != "/" && found.isEmpty {
      folder.deleteLastPathComponent()
      let near = folders(in: folder)
      guard look(at: near), near.allSatisfy({ look(at: folders(in: $0)) }) else { break }
    }
    return Array((found + merged).prefix(wanted))
  }

  private static let wanted = 3

  /// The bases that the runs name which lie beside the run of a checkpoint, without repetitions.
  private static func named(besideRunOf checkpoint: URL) -> [String] {
    let parent = checkpoint.deletingLastPathComponent()
    let isInRun = (try? Discovery.onlyRun(inFolder: parent.path)) != nil
    let place = isInRun ? parent.deletingLastPathComponent() : parent
    var found: [String] = []
    for folder in folders(in: place) {
      guard let sibling = try? Discovery.onlyRun(inFolder: folder.path),
        let base = try? sibling.locatedBase()
      else { continue }
      let path = URL(fileURLWithPath: base).resolvingSymlinksInPath().path
      if path != checkpoint.path, !found.contains(path) { found.append(path) }
    }
    return found
  }

  /// Whether a merge made the model, as its card says: ours and that of other programs.
  private static func isMerged(_ folder: URL) -> Bool {
    let card = try? String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    guard let lines = card?.split(separator: "\n", omittingEmptySubsequences: false),
      lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---")
    else { return false }
    return lines[..<end].contains { $0.drop { $0 == " " } == "- merge" }
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
