import ArgumentParser
import Checkpoints
import Diagnosis
import Documents
import Experiments
import Foundation

/// Says what a checkpoint is and what problems loading it can cause, without reading its weights.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a checkpoint or run: method, ranks, scales, steps, problems.",
    discussion: """
      Examples:
        sigmascope inspect outputs/grpo-pissa
        sigmascope inspect model.safetensors --tensors
        sigmascope inspect adapter --json | jq '.[].warnings'
      """)

  @Argument(
    help: "A checkpoint, a run, a folder of runs, or a file of weights.", completion: .file())
  var path: String

  @OptionGroup var base: BaseArguments

  @Option(help: "The alpha of an adapter whose configuration has lost it.")
  var alpha: Double?

  @Flag(help: "List every adapted module with its rank, alpha and scale; --json always does.")
  var modules = false

  @Flag(help: "List every tensor; --json always does.")
  var tensors = false

  @Flag(help: "Print JSON for scripts.")
  var json = false

  func validate() throws { try AlphaOption.validate(alpha) }

  func run() throws {
    let base = try base.choice()
    let inspections = try Discovery.runs(at: path).map {
      try Inspection(of: $0, base: base, alpha: alpha)
    }
    if json {
      try Terminal.showJSON(inspections)
    } else {
      for inspection in inspections { show(inspection) }
    }
  }

  private func show(_ inspection: Inspection) {
    Terminal.show("\(inspection.name)")
    Terminal.show("  path      \(inspection.path)")
    Terminal.show("  contents  \(inspection.contents), \(inspection.method)")
    Terminal.show("  base      \(Self.base(of: inspection))")
    Terminal.show("  steps     \(inspection.steps.map(String.init).joined(separator: ", "))")
    if inspection.loggedRows > 0 {
      let reward = inspection.lastReward.map { ", last reward \(Words.number($0))" } ?? ""
      let rows = inspection.loggedRows == 1 ? "1 row" : "\(inspection.loggedRows) rows"
      Terminal.show("  logged    \(rows)\(reward)")
    }
    let settings = inspection.settings.words(seed: inspection.seed)
    if !settings.isEmpty { Terminal.show("  trained   \(settings)") }
    if let verdict = inspection.verdict {
      Terminal.show("  health    \(verdict.headline)")
      for symptom in verdict.symptoms where !verdict.headline.contains(symptom.evidence) {
        Terminal.show("            \(symptom.evidence)")
      }
    }
    let bytes = inspection.tensors.reduce(0) { $0 + $1.bytes }
    let types = Dictionary(grouping: inspection.tensors, by: \.dataType).mapValues(\.count)
      .sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    Terminal.show("  tensors   \(inspection.tensors.count) (\(types)), \(Self.size(bytes))")
    for line in Self.summary(inspection.modules) { Terminal.show("  adapts    \(line)") }
    if modules {
      for line in Self.settings(inspection.modules) { Terminal.show(line) }
    }
    for warning in inspection.warnings { Terminal.show("  ! \(warning)") }
    for finding in inspection.findings where !inspection.warnings.contains(finding) {
      Terminal.show("  · \(finding)")
    }
    if tensors {
      for tensor in inspection.tensors {
        let shape = tensor.shape.map(String.init).joined(separator: "×")
        Terminal.show("  \(tensor.dataType)  \(shape.isEmpty ? "scalar" : shape)  \(tensor.name)")
      }
    }
  }

  private static func base(of inspection: Inspection) -> String {
    let (name, path) = (inspection.baseName, inspection.basePath ?? "")
    let state = inspection.baseState.rawValue
    return switch inspection.baseState {
    case .given where name == nil || name == path: "\(path) (\(state))"
    case .given: "\(path) (\(state); the run names \(name ?? ""))"
    case .found where name == nil || name == path: path
    case .found: "\(name ?? "") (found at \(path))"
    case .notFound, .notLookedFor: "\(name ?? "") (\(state))"
    case .notNamed: state
    }
  }

  /// A line for each combination of method, rank, alpha and scale: `lora, r 8, α 16 (scale 2), 28 modules: q_proj v_proj`.
  private static func summary(_ modules: [Inspection.ModuleLine]) -> [String] {
    let groups = Dictionary(grouping: modules) { module in
      [
        module.method, module.rank.map { "r \($0)" },
        module.alpha.map { "α \(Words.number($0))" },
        module.scale.map { "scale \(Words.number($0))" },
      ].compactMap(\.self).joined(separator: ", ")
    }
    return groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
      words, modules in
      let kinds = Set(
        modules.map {
          $0.module.split(separator: ".").last { Int($0) == nil }.map(String.init) ?? $0.module
        })
      return "\(words), \(modules.count) \(modules.count == 1 ? "module" : "modules"): "
        + kinds.sorted().joined(separator: " ")
    }
  }

  /// A table of modules with their resolved rank, α and scale.
  private static func settings(_ modules: [Inspection.ModuleLine]) -> [String] {
    guard !modules.isEmpty else { return [] }
    var table = TextTable(columns: ["module", "shape", "method", "rank", "alpha", "scale"])
    for module in modules {
      table.add([
        module.module.shownLine, "\(module.rows)×\(module.columns)", module.method,
        module.rank.map(String.init) ?? "–", module.alpha.map { "\($0)" } ?? "–",
        module.scale.map { "\($0)" } ?? "–",
      ])
    }
    return table.lines()
  }

  private static func size(_ bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(bytes) B" : String(format: "%.1f %@", value, units[unit])
  }
}
