import Documents

/// Why a base may not be the one that a run was trained on.
package struct BaseDoubt: Sendable, Equatable {
  /// What speaks against the base.
  package enum Ground: Sendable {
    /// The run recorded the contents of its base, and this one has others. The base that it names is here, and has other
    /// weights.
    case weights
    /// The run recorded the contents of its base, and this one has others. Whether its weights differ cannot be told: only one
    /// hash was recorded, of weights, configuration and tokenizer.
    case contents
    /// The same, but the base that the run names is here and has the same weights.
    case smallFiles
    /// The run names a base that is here, and this one has other contents.
    case name
    /// The run names a base that is not here, by another name.
    case absentName
  }

  package let ground: Ground
  /// What was seen: a clause without a full stop.
  package let fact: String

  /// Whether it is known to be another base. A name alone may be meant otherwise: an adapter can be put on a relative of its
  /// base.
  package var isCertain: Bool { ground == .weights }
  /// Whether numbers may be wrong. A name of something that is not here tells little, and so does another tokenizer.
  package var isWarning: Bool { ground != .absentName && ground != .smallFiles }

  /// The note if it is a warning.
  package var warning: String? { isWarning ? note : nil }

  /// One line without a full stop, with what to do if its contents speak against it.
  package var note: String {
    ground == .weights || ground == .contents
      ? "\(fact), so numbers that depend on the base may be wrong; give that base \(BaseAdvice.words)"
      : fact
  }
}

extension Run {
  /// What speaks against a base; nil if nothing does. What the run recorded of its base's contents counts most, then the
  /// base that it names.
  /// - Parameters:
  ///   - base: That which is taken.
  ///   - hash: That of the base (``ModelFolder/contentHash()``), asked for only if the run recorded one.
  /// - Throws: What `hash` throws.
  package func doubt(about base: ModelFolder, hash: () throws -> String) rethrows -> BaseDoubt? {
    guard let baseHash else { return doubtByName(about: base) }
    let found = try hash()
    guard found != baseHash else { return nil }
    let hashes = "(hash \(found.prefix(8))…, recorded \(baseHash.prefix(8))…)"
    let isCopy = try? isCopyOfNamedBase(base)
    if isCopy == true {
      return BaseDoubt(
        ground: .smallFiles,
        fact:
          "the base '\(base.path)' has the weights that were trained on, but another configuration or tokenizer \(hashes)"
      )
    }
    let named = baseName.map { "'\($0)' as it was then" } ?? "another"
    return BaseDoubt(
      ground: isCopy == false ? .weights : .contents,
      fact:
        "the base '\(base.path)' is not the one that was trained on, which was \(named): its "
        + (isCopy == false ? "weights" : "weights, configuration or tokenizer")
        + " differ \(hashes)")
  }

  /// The same, with the hashes that are known.
  package func doubt(
    about base: ModelFolder, _ hashes: inout ContentHashes
  ) throws -> BaseDoubt? {
    try doubt(about: base) { try hashes.hash(of: base) }
  }

  private func doubtByName(about base: ModelFolder) -> BaseDoubt? {
    guard let baseName else { return nil }
    do {
      guard try isCopyOfNamedBase(base) == false else { return nil }
      return BaseDoubt(
        ground: .name,
        fact:
          "the run names the base '\(baseName)'; '\(base.path)', which has other weights, was taken"
      )
    } catch {
      return doubtByAbsentName(baseName, about: base)
    }
  }

  /// The base that is named is not here: only names can be compared.
  private func doubtByAbsentName(_ baseName: String, about base: ModelFolder) -> BaseDoubt? {
    let name = FileSystem.lastComponent(of: baseName)
    if FileSystem.lastComponent(of: base.path) == name || base.originName == baseName { return nil }
    return BaseDoubt(
      ground: .absentName,
      fact: "the run names the base '\(baseName)', which cannot be read here; "
        + "'\(base.path)' was taken")
  }

  /// Whether a base has the weights of the one that the run names; nil if it is that one itself, or if none is named.
  /// - Throws: If the named one is not here, or is no model.
  private func isCopyOfNamedBase(_ base: ModelFolder) throws(CheckpointError) -> Bool? {
    guard let path = try locatedBase() else { return nil }
    let named = try ModelFolder(path: path)
    return try named.isSame(as: base) ? nil : named.resembles(base)
  }

  /// The place of the base that the run names: relative to the last checkpoint, then to the run's folder, each time
  /// also from the working directory and in the cache. Nil if it names none.
  /// - Throws: ``CheckpointError/modelNotFound(name:tried:)`` if it is not here.
  package func locatedBase() throws(CheckpointError) -> String? {
    guard let baseName else { return nil }
    for folder in checkpoints.map(\.path).suffix(1) + [path] {
      if let found = try? HubCache.resolve(baseName, relativeTo: folder) { return found }
    }
    return try HubCache.resolve(baseName, relativeTo: nil)
  }
}

extension ModelFolder {
  /// How many numbers of each weight are compared.
  private static let sampled = 4096

  /// Whether the weights that both models have are the same, by the first numbers of each and within the coarser of their
  /// types: a copy of a model in bfloat16 resembles it, one that was trained further does not.
  /// - Throws: What reading the weights throws.
  func resembles(_ other: ModelFolder) throws(CheckpointError) -> Bool {
    let names = Set(other.parameters.map(\.name))
    let common = parameters.filter { names.contains($0.name) }
    guard 2 * common.count > max(parameters.count, other.parameters.count) else { return false }
    for weight in common {
      let partner = try other.weight(named: weight.name)
      guard weight.shape == partner.shape else { return false }
      let areNumbers = [weight, partner].allSatisfy {
        $0.storageType.isFloatingPoint && $0.storageType.isDecodable
      }
      guard areNumbers, weight.columns > 0 else { continue }
      let rows = 0..<min(weight.rows, max(1, Self.sampled / weight.columns))
      var values = try weight.doubles(rows: rows)
      var partners = try partner.doubles(rows: rows)
      let coarser = [weight.storageType, partner.storageType].filter(\.isRoundable)
        .max { $0.unitRoundoff < $1.unitRoundoff }
      if let coarser, weight.storageType != partner.storageType {
        coarser.round(&values)
        coarser.round(&partners)
      }
      let isEqual = zip(values, partners).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
      if !isEqual { return false }
    }
    return true
  }
}
