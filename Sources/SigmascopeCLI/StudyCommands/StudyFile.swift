import Adapters
import ArgumentParser
import Documents
import Experiments
import Foundation
import Studies
import TOMLKit
import Training

/// A study as a TOML file: options of `train` that every run has, and arms that change some of them.
///
///     title = "Starts at two learning rates"
///     base = "models/base"              # beside the file, or "scratchpad", which is inside the program
///     baseline = "lora"
///     seeds = [0, 1, 2]
///     [run]
///     learning-rate = 3e-3              # the common one
///     [[arm]]
///     adapter = ["lora", "pissa"]       # a list is crossed with the others
///     learning-rate = [1e-3, 3e-3]
///     [[arm]]
///     adapter = ["lora", "pissa"]
///     bisect = true                     # the rate at which it dies, in place of runs at given rates
struct StudyFile {
  private static let studyKeys: Set<String> = ["title", "base", "baseline", "seeds", "run", "arm"]
  private static let armKeys: Set<String> = ["name", "seeds", "bisect"]
  /// Options of `train` whose values are lists: these are not crossed.
  private static let listOptions: Set<String> = ["targets", "task-option"]

  /// The file, or `preset NAME`.
  private let path: String
  /// What the path of the base is relative to; nil for a preset, whose base is inside the program.
  private let folder: URL?
  private let lines: [String]
  private let table: TOMLTable

  /// - Throws: ``ConfigurationError`` with the line at fault.
  init(path: String) throws {
    try self.init(
      TOMLDocument(file: path), path: path,
      folder: URL(fileURLWithPath: path).deletingLastPathComponent())
  }

  /// A study that is inside the program.
  init(_ preset: StudyPreset) throws {
    let path = "preset \(preset.rawValue)"
    try self.init(TOMLDocument(preset.text, path: path), path: path, folder: nil)
  }

  private init(_ document: TOMLDocument, path: String, folder: URL?) throws {
    self.path = path
    self.folder = folder
    lines = document.lines
    table = document.table
    for key in table.keys where !Self.studyKeys.contains(key) {
      throw fault("'\(key)' is no part of a study" + Self.hint(on: key), at: key)
    }
  }

  /// What a key that is no part of a study may mean: an option of its runs, or a misspelt part.
  private static func hint(on key: String) -> String {
    if let option = ForeignOptions.option(meantBy: key, among: runOptions) {
      return ": '\(option)' is an option of [run] or of an [[arm]]"
    }
    return NearestName.of(key, in: studyKeys.sorted()).map { "; the nearest is '\($0)'" } ?? ""
  }

  /// What runs may differ in.
  private static let runOptions = TrainCommand.optionNames.subtracting(["base", "out", "seed"])

  /// The study, every run of it checked.
  /// - Parameter seeds: Used instead of the file's seeds; nil to use the file's.
  func study(seeds override: [Int]? = nil) throws -> PlannedStudy {
    guard let name = try text("base", of: table) else {
      throw fault("it has no 'base'", at: "base")
    }
    let base =
      try folder.map { try EmbeddedBase.resolve(name, relativeTo: $0) } ?? EmbeddedBase.unpack()
    let shared = try sharedOptions()
    let common = try command(base: base, shared.flatMap(\.arguments), section: "[run]", number: 1)
    guard let arms = table["arm"]?.array, !arms.isEmpty else {
      throw fault("it has no [[arm]]", at: "arm")
    }
    let seeds = try override ?? self.seeds(of: table, section: "") ?? [0, 1, 2]
    var runs = [PlannedRun]()
    for (index, arm) in arms.enumerated() {
      guard let arm = arm.table else { throw fault("an arm is no table", at: "arm") }
      runs += try self.runs(
        of: arm, number: index + 1, base: base, shared: shared,
        seeds: try override ?? self.seeds(of: arm, section: "[[arm]]", number: index + 1) ?? seeds)
    }
    let baseline = try text("baseline", of: table) ?? runs[0].arm
    guard runs.contains(where: { $0.arm == baseline }) else {
      var names: [String] = []
      for run in runs where !names.contains(run.arm) { names.append(run.arm) }
      throw fault(
        "no arm is called '\(baseline)': there is \(names.joined(separator: "; "))", at: "baseline")
    }
    return PlannedStudy(
      title: try text("title", of: table) ?? "Study", basePath: base,
      common: try Factors(specification(of: common, section: "[run]", number: 1)),
      baseline: baseline, runs: runs)
  }

  /// The options of all runs.
  private func sharedOptions() throws -> [TOMLOptions] {
    guard let value = table["run"] else { return [] }
    guard let run = value.table else { throw fault("'run' is no table", at: "run") }
    let options = try options(of: run, section: "[run]", number: 1)
    if let several = options.first(where: { $0.choices.count > 1 }) {
      throw fault(
        "'\(several.key)' has several values, which only an [[arm]] may have",
        at: several.key, in: "[run]", number: 1)
    }
    return options
  }

  /// The runs of an arm: every combination of its lists, with every seed. What it sets replaces what all runs have.
  private func runs(
    of arm: TOMLTable, number: Int, base: String, shared: [TOMLOptions], seeds: [Int]
  ) throws -> [PlannedRun] {
    let given = try text("name", of: arm, section: "[[arm]]", number: number)
    let shared = shared.filter { !$0.isReplaced(by: Set(arm.keys)) }.flatMap(\.arguments)
    let isProbe = try bisects(arm, number: number)
    let choices = try options(
      of: arm, section: "[[arm]]", number: number, excluding: Self.armKeys)
    return try choices.combinations.flatMap { combination in
      try seeds.map { seed in
        let command = try command(
          base: base, shared + combination.flatMap(\.arguments) + ["--seed", "\(seed)"],
          section: "[[arm]]", number: number)
        var specification = try specification(of: command, section: "[[arm]]", number: number)
        if isProbe, case .demonstrations = specification.options.signal {
          throw fault(
            "an arm with 'bisect' learns from rewards, not from demonstrations", at: "bisect",
            in: "[[arm]]", number: number)
        }
        // The steps of a bisection are how death is looked for, not another way of training.
        let unnamed = isProbe ? combination.filter { $0.key != "steps" } : combination
        let label = given ?? Self.label(of: unnamed, adapter: specification.choice.name)
        let rate = TOMLOptions.short(specification.settings.learningRate)
        // The weights are measured while they train, so early checkpoints would only fill the disk.
        specification.options.saveSteps = []
        return try PlannedRun(
          name: "\(Self.slug(label))-\(isProbe ? "bisected" : "lr\(rate)")-seed\(seed)",
          arm: label, specification: specification, isProbe: isProbe)
      }
    }
  }

  /// Whether an arm asks for the rate at which it dies, in place of runs at given rates.
  private func bisects(_ arm: TOMLTable, number: Int) throws -> Bool {
    guard let value = arm["bisect"] else { return false }
    guard let bisects = value.bool else {
      throw fault("'bisect' is not true or false", at: "bisect", in: "[[arm]]", number: number)
    }
    if bisects, arm["learning-rate"] != nil {
      throw fault(
        "an arm with 'bisect' looks for the rate itself: leave out 'learning-rate'",
        at: "learning-rate", in: "[[arm]]", number: number)
    }
    return bisects
  }

  /// `pissa, dropout 0.05`: what an arm without a name is called.
  private static func label(of combination: [TOMLOptions.Choice], adapter: String) -> String {
    let rest = combination.filter { !["adapter", "learning-rate", "start"].contains($0.key) }
    return ([adapter] + rest.map { "\($0.key) \($0.values.map(\.text).joined(separator: " "))" })
      .joined(separator: ", ")
  }

  /// A name of letters, digits, dots and dashes.
  private static func slug(_ label: String) -> String {
    let parts = label.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
    return parts.joined(separator: "-")
  }

  /// A `train` command with these options, checked as if it had been typed.
  private func command(
    base: String, _ arguments: [String], section: String, number: Int
  ) throws -> TrainCommand {
    do {
      return try TrainCommand.parse(["--base", base, "--out", "-"] + arguments)
    } catch {
      let message = TrainCommand.message(for: error)
      throw fault(
        TOMLOptions.firstLine(message).replacing("Error: ", with: ""),
        line: TOMLOptions.line(of: message, in: lines, section: section, number: number))
    }
  }

  /// The run of a command. What is wrong with it is a fault of the file.
  private func specification(
    of command: TrainCommand, section: String, number: Int
  ) throws -> RunSpecification {
    do {
      return try command.specification()
    } catch let error as any BadInput {
      throw fault(
        "\(error)",
        line: TOMLOptions.line(of: "\(error)", in: lines, section: section, number: number))
    }
  }

  private func options(
    of table: TOMLTable, section: String, number: Int, excluding: Set<String> = []
  ) throws -> [TOMLOptions] {
    try table.keys.sorted().filter { !excluding.contains($0) }.map { key in
      guard Self.runOptions.contains(key) else {
        let near =
          ForeignOptions.option(meantBy: key, among: Self.runOptions)
          ?? NearestName.of(key, in: Self.runOptions.sorted())
        throw fault(
          "'\(key)' is no option of train" + (near.map { "; the nearest is '\($0)'" } ?? ""),
          at: key, in: section, number: number)
      }
      do throws(TOMLOptions.Fault) {
        let values = try TOMLOptions.values(of: key, in: table, flags: TrainCommand.flagNames)
        return TOMLOptions(
          key: key, choices: Self.listOptions.contains(key) ? [values] : values.map { [$0] })
      } catch {
        throw fault(
          error.reason,
          at: key, in: section, number: number)
      }
    }
  }

  /// The text of a key; nil if the key is not there.
  private func text(
    _ key: String, of table: TOMLTable, section: String = "", number: Int = 1
  ) throws -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string, !text.isEmpty else {
      throw fault(
        value.string == nil ? "'\(key)' is not a text in quotes" : "'\(key)' is empty",
        at: key, in: section, number: number)
    }
    return text
  }

  private func seeds(
    of table: TOMLTable, section: String, number: Int = 1
  ) throws -> [Int]? {
    guard let value = table["seeds"] else { return nil }
    let seeds = value.array?.compactMap(\.int) ?? []
    guard !seeds.isEmpty, seeds.count == value.array?.count, seeds.allSatisfy({ $0 >= 0 }),
      Set(seeds).count == seeds.count
    else {
      throw fault(
        "'seeds' is not a list of different numbers from 0",
        at: "seeds", in: section, number: number)
    }
    return seeds
  }

  /// A fault of a key, with its line.
  private func fault(
    _ reason: String, at key: String, in section: String = "", number: Int = 1
  ) -> ConfigurationError {
    fault(
      reason,
      line: TOMLOptions.line(of: "--\(key)", in: lines, section: section, number: number))
  }

  private func fault(_ reason: String, line: Int?) -> ConfigurationError {
    ConfigurationError(path: path, line: line, reason: reason)
  }
}
