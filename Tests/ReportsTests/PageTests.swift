import Diagnosis
import Documents
import Foundation
import Reports
import Spectra
import Testing

@Suite("The data of the page") struct PageTests {
  private func page(_ analysis: Analysis) throws -> String {
    let file = try #require(
      Report.files(of: analysis, formats: [.html]).first { $0.name == "report.html" })
    return String(decoding: try file.bytes, as: UTF8.self)
  }

  private func data(_ page: String) throws -> JSONValue {
    let start = try #require(page.range(of: "<script id=\"data\" type=\"application/json\">"))
    let end = try #require(page[start.upperBound...].range(of: "</script>"))
    return try JSONValue(parsing: Array(page[start.upperBound..<end.lowerBound].utf8))
  }

  /// The values of a metric at a step of a run, by module.
  private func column(_ metric: String, run: Int, step: Int, in data: JSONValue) throws -> [Double?]
  {
    let names = try #require(data["metrics"]?.array).map { $0.array?[0].string }
    let place = try #require(names.firstIndex(of: metric))
    let rows = try #require(data["runs"]?.array?[run]["rows"]?.array?[step].array)
    return rows.map { row in
      guard let cells = row.array, cells.count > place + 2 else { return nil }
      return cells[place + 2].double
    }
  }

  @Test func `what depends on K says its number`() throws {
    let text = try page(SampleAnalysis.make())
    #expect(text.contains("top 16 input directions") && !text.contains("top-K"))
    let metrics = try #require(data(text)["metrics"]?.array).compactMap(\.array)
    let heads = Dictionary(
      metrics.map { ($0[0].string ?? "", $0[2].string) }, uniquingKeysWith: { first, _ in first })
    #expect(heads["head_share_right"] == ", K = 16" && heads["stable_rank"] == "")
  }

  @Test func `a run without measured matrices is listed with its verdict, behind the others`()
    throws
  {
    var analysis = SampleAnalysis.make()
    var run = analysis.runs[0]
    run.name = "norms-alone"
    run.steps = []
    run.verdict.headline = "The norms alone were trained."
    analysis.runs.insert(run, at: 0)
    let text = try page(analysis)
    #expect(text.contains("norms-alone") && text.contains("The norms alone were trained."))
    #expect(try data(text)["runs"]?.array?.count == analysis.runs.count - 1)
  }

  @Test func `the page holds every metric of every step, rounded to four digits`() throws {
    var analysis = SampleAnalysis.make()
    try analysis.changeModules { index, module in
      module.metrics["stable_rank"] = 2.345678 * Double(index + 1)
    }
    let data = try data(page(analysis))
    for (place, run) in analysis.runs.enumerated() {
      for (step, summary) in run.steps.enumerated() {
        let modules = try analysis.modules.of(run: run.name).at(step: summary.step).map { $0 }
        let shown = try column("stable_rank", run: place, step: step, in: data)
        for (value, module) in zip(shown, modules) {
          let exact = try #require(module.metrics["stable_rank"])
          #expect(abs(try #require(value) - exact) <= 5.1e-4 * exact)
        }
      }
    }
    #expect(data["early"]?.integer == data["metrics"]?.array?.count)
  }

  @Test func `a card names a best checkpoint only where there is one`() throws {
    var analysis = SampleAnalysis.make(runs: ["one"])
    let best = try #require(analysis.runs[0].verdict.best)
    #expect(try page(analysis).contains("<b>Best checkpoint: step \(best.step).</b>"))
    analysis.runs[0].verdict.best = nil
    #expect(try !page(analysis).contains("Best checkpoint:"))
  }

  @Test func `vectors are counted by run and step`() throws {
    let data = try data(page(SampleAnalysis.make()))
    let counts = try #require(data["runs"]?.array).map { run in
      run["vectors"]?.array?.map { $0.array?.map(\.integer) }
    }
    #expect(counts == [[[1, 1], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]]])
  }

  @Test func `what belongs to the base is there once`() throws {
    let data = try data(page(SampleAnalysis.make(runs: (0..<4).map { "run-\($0)" })))
    #expect(data["bases"]?.array?.count == 1)
    let details = try #require(data["runs"]?.array?[3]["details"]?.array)
    #expect(details.count == 3 && details.allSatisfy { $0.members.count == 21 })
    #expect(details[0].members[0].value.array?[0].integer == 0)
  }

  @Test func `three runs of 500 modules at 20 steps make a page below five megabytes`() throws {
    let analysis = try Self.large(runs: 3, steps: 20, layers: 72)
    let page = try page(analysis)
    #expect(page.utf8.count < 5_000_000)
    let data = try data(page)
    // The last step has every metric and spectra; the others have the main metrics, and history is whole.
    for step in [0, 19] {
      let sizes = try column("relative_update_norm", run: 2, step: step, in: data)
      #expect(sizes.count == 504 && !sizes.contains(nil))
    }
    let names = try #require(data["metrics"]?.array)
    let last = try #require(names.last?.array?[0].string)
    #expect(try column(last, run: 0, step: 19, in: data).allSatisfy { $0 != nil })
    let details = try #require(data["runs"]?.array?[0]["details"]?.array)
    #expect(details[18].isNull && details[19].members.count > 400)
  }

  @Test func `numbers that JSON does not know are missing, and the page is still there`() throws {
    var analysis = SampleAnalysis.make()
    let values = [Double.nan, .infinity, 1e308, Double.leastNonzeroMagnitude, -1e-300]
    try analysis.changeModules { index, module in
      guard index < values.count else { return }
      module.metrics["stable_rank"] = values[index]
      module.updateSingularValues = [values[index], values[index]]
      module.projection = []
    }
    let shown = try column("stable_rank", run: 0, step: 0, in: data(page(analysis)))
    #expect(shown.prefix(5) == [nil, nil, 1e308, Double.leastNonzeroMagnitude, -1e-300])
  }

  @Test func `the overview tells how a run was trained, what came of it and why`() throws {
    var analysis = SampleAnalysis.make()
    analysis.runs[0].settings = RunSettings(
      trainer: "TRL GRPO", kind: .reinforcement, learningRate: 3e-4, rank: 8, alpha: 16)
    analysis.runs[0].verdict.symptoms = [
      Symptom(
        rule: "entropy-collapse", status: .suspicious, evidence: "It was <low>.",
        cause: "A cause.", advice: "An advice.")
    ]
    analysis.runs[0].verdict.skipped = [
      SkippedRule(rule: "length", reason: "not logged: length")
    ]
    analysis.runs[0].findings = ["a note", "a warning"]
    analysis.runs[0].warnings = ["a warning"]
    let page = try page(analysis)
    for text in [
      "TRL GRPO", ">3e-4<", ">8 / 16<", "It was &lt;low&gt;.", "docs/health.md#entropy-collapse",
      "An advice.", "not logged: length", "<ul class=\"notes\"><li>a note</li></ul>",
      "<ul class=\"warnings\"><li>a warning</li></ul>",
    ] {
      #expect(page.contains(text), "\(text)")
    }
  }

  /// An analysis with every metric, 200 singular values and 50 bins a module.
  static func large(runs: Int, steps: Int, layers: Int) throws -> Analysis {
    let names = (0..<runs).map { "run-\($0)" }
    var analysis = SampleAnalysis.make(
      runs: names, steps: (1...steps).map { $0 * 10 }, layers: layers)
    let base = (1...200).map { 3.21 / Double($0) }
    let update = (1...200).map { 0.0321 / Double($0 * $0) }
    let bins = (0..<50).map { bin in
      ProjectionBin(
        baseEnergy: 0.5 / Double(bin + 1), updateEnergyRight: 0.0213, updateEnergyLeft: 0.0187,
        nullEnergyRight: 0.02, nullEnergyLeft: 0.02)
    }
    try analysis.changeModules { index, module in
      for (place, name) in MetricRegistry.names.enumerated() {
        module.metrics[name] =
          0.1234567 + Double(index % 977) / 1000 + Double(place) / 7
      }
      let factor = 1 + Double(index % 101) / 100
      module.baseSingularValues = base.map {
        $0 * (1 + Double(index % (7 * layers)) / 1000)
      }
      module.adaptedSingularValues = base.map { $0 * factor }
      module.updateSingularValues = update.map { $0 * factor }
      module.projection = bins
    }
    return analysis
  }
}
