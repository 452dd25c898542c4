import Adapters
import Documents
import Foundation

/// The content of `run.json`: enough to repeat the run.
public struct RunDescription: Sendable, Equatable {
  /// The folder of the base.
  public let basePath: String
  /// The hash of the base's weights, configuration and tokenizer, hexadecimal.
  public let baseHash: String
  /// The settings as they took effect.
  public let settings: TrainingSettings
  public let version: String

  public init(basePath: String, baseHash: String, settings: TrainingSettings, version: String) {
    self.basePath = basePath
    self.baseHash = baseHash
    self.settings = settings
    self.version = version
  }

  /// The content of `run.json`.
  func json<Element>(_ trainer: Trainer<Element>) throws -> JSONValue {
    let signal: String
    switch trainer.options.signal {
    case .rewards(let objective, _): signal = objective
    case .demonstrations: signal = TrainingSettings.demonstrations
    }
    return .table([
      "program": .string("sigmascope"), "version": .string(version),
      "method": .string(trainer.policy.choice.name), "objective": .string(signal),
      "task": .string(settings.task), "seed": .integer(Int(clamping: trainer.options.seed)),
      "base": .string(basePath), "base_hash": .string(baseHash),
      "trained_parameters": .integer(trainer.policy.trainedCount),
      "learning_rate": .number(trainer.options.learningRate),
      "steps": .integer(trainer.options.steps), "settings": try settings.json(),
      "kernels": .string(TrainingKernels.name),
    ])
  }

  /// Checks that a run is resumed as it was started: with the same program, base, settings and kernels.
  /// - Parameters:
  ///   - wanted: The content of `run.json` if the run were started now.
  ///   - bytes: The content of the existing `run.json`.
  ///   - path: Its path.
  ///   - mixingKernels: Whether the kernels may be others.
  /// - Throws: ``TrainingError/cannotResume(path:reason:)``, ``TrainingError/otherBase(path:base:)``,
  ///   ``TrainingError/otherSettings(path:changes:)``, ``TrainingError/otherKernels(path:before:here:)``.
  static func check(
    _ wanted: JSONValue, continues bytes: [UInt8], at path: String, mixingKernels: Bool = false
  ) throws(TrainingError) {
    guard bytes != Array(wanted.page.utf8) else { return }
    guard let found = try? JSONValue(parsing: bytes), found["settings"] != nil else {
      throw .cannotResume(
        path: path, reason: "it is not what this program writes: give another folder with --out")
    }
    guard let hash = found["base_hash"]?.string else {
      throw .cannotResume(
        path: path,
        reason: "an older version started the run and did not keep the hash of its base: finish it "
          + "with that version or give another folder with --out")
    }
    // The base may have moved: its contents count, not its path.
    guard hash == wanted["base_hash"]?.string else {
      throw .otherBase(path: path, base: wanted["base"]?.string ?? "")
    }
    // An option that there was not yet when the run was started had its default.
    let defaults = (try? TrainingSettings.default.json()) ?? .null
    let before = TrainingSettings.names.map { name in
      JSONValue.Member(key: name, value: found["settings"]?[name] ?? defaults[name] ?? .null)
    }
    var changes =
      Self.changes(from: found, to: wanted, of: ["version"])
      + Self.changes(
        from: .object(before), to: wanted["settings"] ?? .null, of: TrainingSettings.names)
    if changes.isEmpty {
      // What follows from the settings, in a file that somebody edited.
      changes = Self.changes(
        from: found, to: wanted,
        of: ["method", "objective", "task", "seed", "trained_parameters", "learning_rate", "steps"])
    }
    if !changes.isEmpty { throw .otherSettings(path: path, changes: changes) }
    // A run of an older version does not say.
    if let before = found["kernels"]?.string, !mixingKernels, before != TrainingKernels.name {
      throw .otherKernels(path: path, before: before, here: TrainingKernels.name)
    }
  }

  private static func changes(
    from found: JSONValue, to wanted: JSONValue, of keys: [String]
  ) -> [SettingChange] {
    keys.compactMap { key in
      let (before, now) = (found[key] ?? .null, wanted[key] ?? .null)
      return before == now
        ? nil : SettingChange(name: key, before: text(of: before), now: text(of: now))
    }
  }

  /// `8`, `dora`, `[q_proj, v_proj]`, `none`.
  private static func text(of value: JSONValue) -> String {
    switch value {
    case .null: "none"
    case .string(let text): text
    case .array(let values): "[\(values.map(text).joined(separator: ", "))]"
    default: value.line.trimmingCharacters(in: .newlines)
    }
  }
}

/// A setting that differs between the start of a run and its continuation.
public struct SettingChange: Sendable, Equatable {
  /// Long name of the option, or `version`.
  public let name: String
  public let before: String, now: String

  public init(name: String, before: String, now: String) {
    self.name = name
    self.before = before
    self.now = now
  }
}
