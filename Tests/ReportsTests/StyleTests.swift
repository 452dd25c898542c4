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
