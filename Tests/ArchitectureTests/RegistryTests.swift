import Testing

/// A new metric, method or plot is declared in its registry's folder and is one line of the registry. Neither
/// can be forgotten.
@Suite("Registries") struct RegistryTests {
  struct Registry: CustomTestStringConvertible {
    let list: String
    let folders: [String]
    let protocols: String
    /// Whether plug-ins of one idea share a file, such as a metric of the left and of the right side.
    var sharesFiles = false

    var testDescription: String { list }
  }

  private static let registries = [
    Registry(
      list: "Spectra/Registry/MetricRegistry.swift",
      folders: ["Spectra/Metrics"], protocols: "SpectrumMetric|ChangeMetric", sharesFiles: true),
    Registry(
      list: "Spectra/Registry/PathMetricRegistry.swift",
      folders: ["Spectra/Trajectories/Metrics"], protocols: "PathMetric", sharesFiles: true),
    Registry(
      list: "Spectra/RankRules/RankRule.swift", folders: ["Spectra/RankRules"],
      protocols: "RankRule|LocalRankRule", sharesFiles: true),
    Registry(
      list: "Adapters/Writing/AdapterFormat.swift", folders: ["Adapters/Writing"],
      protocols: "AdapterFormat"),
    Registry(
      list: "Adapters/Method.swift", folders: ["Adapters"],
      protocols:
        "AdapterMethod|Adapter|OutByInAdapter|TrainableAdapter|LoRAFamily|LoRAVariant|WholeTensors",
      sharesFiles: true),
    Registry(list: "Reports/Plots/Plot.swift", folders: ["Reports/Plots"], protocols: "Plot"),
    Registry(
      list: "Adapters/Starts/FactorStart.swift", folders: ["Adapters/Starts"],
      protocols: "FactorStart|RepeatableStart", sharesFiles: true),
    Registry(
      list: "Training/Tasks/VerifiableTask.swift", folders: ["Training/Tasks"],
      protocols: "VerifiableTask"),
    Registry(
      list: "Training/PolicyOptimization/PolicyObjective.swift",
      folders: ["Training/PolicyOptimization/Objectives"], protocols: "PolicyObjective",
      sharesFiles: true),
    Registry(
      list: "Training/Decoder/Families/DecoderFamily.swift",
      folders: ["Training/Decoder/Families"], protocols: "DecoderFamily"),
    Registry(
      list: "Reports/StudyReport/Plots/StudyPlot.swift", folders: ["Reports/StudyReport/Plots"],
      protocols: "StudyPlot"),
    Registry(
      list: "Reports/ComparisonReport/ComparisonPlotRegistry.swift",
      folders: ["Reports/ComparisonReport"], protocols: "StudyPlot", sharesFiles: true),
    Registry(
      list: "Training/Counterfactuals/Counterfactual.swift",
      folders: ["Training/Counterfactuals"], protocols: "Counterfactual",
      sharesFiles: true),
    Registry(
      list: "Diagnosis/Rules/HealthRules.swift", folders: ["Diagnosis/Rules"],
      protocols: "HealthRule|ShareRule"),
    Registry(
      list: "Systems/Machinery/SystemRegistry.swift", folders: ["Systems"],
      protocols: "ResearchSystem"),
    Registry(
      list: "Studies/Claims/ClaimRegistry.swift", folders: ["Studies/Claims"], protocols: "Claim",
      sharesFiles: true),
  ]

  /// `Name.self` in the file of a registry.
  private func registered(_ registry: Registry) throws -> [String] {
    try SourceTree.file("Sources/\(registry.list)").text
      .matches(of: #/\b([A-Z]\w*)\.self\b/#).map { String($0.output.1) }
  }

  /// The plug-ins that the folders declare, with the file of each.
  private func declared(_ registry: Registry) throws -> [(type: String, file: SourceTree.File)] {
    let pattern = try Regex<(Substring, Substring)>(
      "(?:enum|struct|class) (\\w+): (?:\\w+, )*(?:\(registry.protocols))\\b")
    return try registry.folders.flatMap { try SourceTree.swiftFiles(in: "Sources/\($0)") }
      .flatMap { file in file.text.matches(of: pattern).map { (String($0.output.1), file) } }
  }

  @Test(arguments: registries)
  func `a registry names what its folders declare, each once`(registry: Registry) throws {
    let names = try registered(registry)
    #expect(!names.isEmpty)
    #expect(try names.sorted() == declared(registry).map(\.type).sorted())
  }

  @Test(arguments: registries.filter { !$0.sharesFiles })
  func `a plug-in has a file of its own name`(registry: Registry) throws {
    for (type, file) in try declared(registry) { #expect(file.name == type, "\(file)") }
  }
}
