import Adapters
import ArgumentParser
import Reports
import Spectra
import Studies
import Systems
import Training

/// Prints a registry: what there is to choose from.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List what there is to choose from, a line each.",
    discussion: """
      Examples:
        sigmascope list
        sigmascope list metrics
        sigmascope list methods --taxonomy
      """)

  enum Registry: String, ExpressibleByArgument, CaseIterable {
    case metrics, adapters, methods, starts, objectives, tasks, counterfactuals, claims, systems,
      plots
    case studyPlots = "study-plots"
    case rankRules = "rank-rules"
    case adapterFormats = "adapter-formats"

    var summary: String {
      switch self {
      case .metrics: "what analyze measures of a weight update"
      case .adapters: "what analyze reads of PEFT"
      case .methods: "how train adapts a model"
      case .starts: "how train starts the factors of LoRA"
      case .objectives: "what train minimises"
      case .tasks: "what train and pretrain learn"
      case .counterfactuals: "changes to trained weights whose effect a study measures"
      case .claims: "what papers say, which reproduce and compare judge"
      case .systems: "systems of related papers, which system run trains and judges"
      case .plots: "what analyze draws"
      case .studyPlots: "what reproduce and compare draw"
      case .rankRules: "how extract, resize and convert choose ranks"
      case .adapterFormats: "the names under which they write adapters"
      }
    }
  }

  @Argument(
    help: """
      What to list: \(Registry.allCases.map(\.rawValue).joined(separator: ", ")). Without it: the lists.
      """)
  var registry: Registry?

  @Flag(
    help: """
      With methods: two tables, of methods and of starts of LoRA, by what they change of LoRA, with formula, trained \
      numbers, cost of a step, and what PEFT makes of their files.
      """)
  var taxonomy = false

  func validate() throws {
    guard !taxonomy || registry == .methods else {
      throw ValidationError("--taxonomy is of methods: sigmascope list methods --taxonomy")
    }
  }

  func run() {
    if taxonomy { return Swift.print(MethodTaxonomy.text, terminator: "") }
    switch registry {
    case nil: Self.print(Registry.allCases.map { ($0.rawValue, $0.summary) })
    case .metrics:
      Self.print(
        MetricRegistry.all.map { metric in
          let isExpensive = (metric as? any ChangeMetric.Type)?.needs.contains(.adapted) ?? false
          return (
            metric.name,
            "\(metric.summary) (\(metric.range); \(metric.unit))"
              + (isExpensive ? "; needs the spectrum of W + ΔW" : "")
          )
        }
          + PathMetricRegistry.all.map {
            ($0.name, "\($0.summary) (\($0.range); \($0.unit)); needs three checkpoints")
          })
    case .adapters: Self.print(AdapterRegistry.saved.map { ($0.method, $0.summary) })
    case .methods: Self.print(AdapterRegistry.trainable.map { ($0.key, $0.summary) })
    case .starts: Self.print(FactorStartRegistry.all.map { ($0.key, $0.summary) })
    case .objectives: Self.print(PolicyObjectiveRegistry.all.map { ($0.name, $0.summary) })
    case .tasks: Self.print(TaskRegistry.all.map { ($0.name, $0.summary) })
    case .counterfactuals: Self.print(CounterfactualRegistry.all.map { ($0.name, $0.summary) })
    case .claims:
      Self.print(ClaimRegistry.all.map { ("\($0.number)", "\($0.statement) (\($0.source))") })
    case .systems: Self.print(SystemRegistry.all.map { ($0.name, $0.description.summary) })
    case .studyPlots:
      Self.print(
        StudyPlotRegistry.all.map { ($0.name, $0.summary) }
          + ComparisonPlotRegistry.all.map { ($0.name, "\($0.summary) (only compare)") })
    case .rankRules:
      Self.print(
        RankRules.all.map { ($0.name + ($0.number == nil ? "" : "=NUMBER"), $0.summary) })
    case .adapterFormats: Self.print(AdapterFormats.all.map { ($0.name, $0.summary) })
    case .plots: Self.print(PlotRegistry.all.map { ($0.name, $0.summary) })
    }
  }

  private static func print(_ rows: [(name: String, summary: String)]) {
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      let padding = String(repeating: " ", count: width - row.name.count)
      Swift.print("\(row.name)\(padding)  \(row.summary)")
    }
  }
}
