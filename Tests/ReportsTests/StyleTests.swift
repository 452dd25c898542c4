import Diagnosis
import Foundation
import Reports
import Spectra
import Testing

@Suite("Looks of plots") struct StyleTests {
  private func movement(_ analysis: Analysis) throws -> String {
    try #require(
      try PlotRegistry.all.first { $0.name == "movement" }?.figures(of: analysis, width: 720).first
    ).svg
  }

  /// The classes of the line of a run.
  private func style(of run: String, in svg: String) throws -> String {
    let line = try #require(
      svg.split(separator: "\n").first {
        $0.hasPrefix("<polyline") && $0.contains("data-name=\"\(run)")
      })
    return try String(#require(line.firstMatch(of: /class="line ([^"]*)"/)).1)
  }

  private func analysis(_ methods: [String]) -> Analysis {
    var analysis = SampleAnalysis.make(runs: methods.indices.map { "r\($0)." })
    for index in methods.indices { analysis.runs[index].method = methods[index] }
    return analysis
  }

  @Test func `a method has one colour, whatever stands beside it`() throws {
    let alone = try movement(analysis(["pissa"]))
    let last = try movement(analysis(["lora", "full", "pissa", "foo"]))
    #expect(try style(of: "r0.", in: alone) == style(of: "r2.", in: last))
    let foo = try style(of: "r3.", in: last)
    #expect(foo.contains("dash"))
    #expect(try style(of: "r0.", in: movement(analysis(["foo"]))) == foo)
  }

  @Test func `eight runs of one method have its colour and eight kinds of line`() throws {
    let svg = try movement(analysis(Array(repeating: "lora", count: 8)))
    let styles = try (0..<8).map { try style(of: "r\($0).", in: svg) }
    #expect(Set(styles).count == 8)
    #expect(styles.allSatisfy { $0.hasPrefix("s0") })
  }

  @Test func `a start that is zero but for rounding does not stretch the axis`() throws {
    var analysis = SampleAnalysis.make(runs: ["lora"], steps: [0, 10, 20, 50])
    for (step, size) in [1e-10, 0.01, 0.02, 0.05].enumerated() {
      analysis.runs[0].steps[step].medians["relative_update_norm"] = size
    }
    let svg = try movement(analysis)
    let labels = svg.matches(of: />(\d[^<]*e-\d+)</).map { String($0.1) }
    #expect(!labels.contains { $0.hasSuffix("e-10") || $0.hasSuffix("e-8") }, "\(labels)")
    // An angle has at most 90 degrees.
    #expect(!svg.contains(">100<"))
  }

  @Test func `runs beyond the third have heat maps of their own`() throws {
    let plot = try #require(PlotRegistry.all.first { $0.name == "heatmap" })
    let names = (0..<9).map { "run-\($0)" }
    let figures = try plot.figures(of: SampleAnalysis.make(runs: names), width: 720).filter {
      $0.name.hasPrefix("heatmap-stable_rank")
    }
    for name in names { #expect(figures.contains { $0.svg.contains(">\(name)") }, "\(name)") }
  }

  private func heatMap(_ analysis: Analysis) throws -> String {
    let plot = try #require(PlotRegistry.all.first { $0.name == "heatmap" })
    return try #require(
      try plot.figures(of: analysis, width: 720).first { $0.name == "heatmap-stable_rank" }
    ).svg
  }

  @Test func `a heat map has a cell for each matrix, those outside the layers included`() throws {
    let analysis = SampleAnalysis.make(
      runs: ["bert"], steps: [10], layers: 2,
      kinds: ["attention.output.dense", "intermediate.dense", "output.dense"],
      outside: ["pooler.dense"])
    let svg = try heatMap(analysis)
    for module in try analysis.modules.map(\.identity.module) {
      #expect(svg.split(separator: ">\(module): ").count == 2, "\(module)")
    }
    #expect(svg.contains(">none</text>") && svg.contains(">pooler.dense</text>"))
    // Kinds of layers have no place outside them, nor the other way round.
    #expect(!svg.contains("class=\"missing\""))
  }

  @Test func `of several matrices in a cell the one in the middle is shown`() throws {
    let experts = SampleAnalysis.make(
      runs: ["moe"], steps: [10], layers: 1, kinds: (0..<3).map { "experts.\($0).w1" })
    #expect(try heatMap(experts).contains(", in the middle of 3"))
  }

  @Test func `names below narrow columns stand upright, others slant`() throws {
    let few = SampleAnalysis.make(runs: ["few"], steps: [10])
    let many = SampleAnalysis.make(runs: ["many"], steps: [10], kinds: (0..<30).map { "kind\($0)" })
    #expect(try heatMap(few).contains(/rotate\(-45[^>]*>down_proj</))
    #expect(try heatMap(many).contains(/rotate\(-90[^>]*>kind29</))
  }

  @Test func `the outcome is drawn whatever it is, a panel a quantity`() throws {
    var analysis = SampleAnalysis.make()
    for (index, column) in ["eval_loss", "rewards/margins"].enumerated() {
      let curve = (0...50).map { CurvePoint(step: $0, value: 1 / Double($0 + 1)) }
      analysis.runs[index].curves = [column: curve]
      let log = TrainingLog(curves: [column: curve])
      analysis.runs[index].verdict.outcome = Outcome(
        of: log, kind: index == 0 ? .supervised : .preference)
    }
    let svg = try movement(analysis)
    #expect(svg.contains(">evaluation loss</text>") && svg.contains(">reward margin</text>"))
  }
}
