import Checkpoints
import Experiments
import Foundation
import Spectra
import Testing

/// Groups of an analysis that are divided among processes.
@Suite("Parts of groups") struct PartsTests {
  private static let demo = URL(fileURLWithPath: SmallStudies.base).deletingLastPathComponent()
    .appendingPathComponent("tiny-qwen2-grpo")

  private func groups(of run: String) throws -> [AnalysisGroup] {
    try AnalysisPlan(
      of: Discovery.runs(at: Self.demo.appendingPathComponent("runs/\(run)").path),
      selecting: AnalysisSelection(
        base: .given(Self.demo.appendingPathComponent("base").path))
    ).groups
  }

  @Test(arguments: [1, 4, 64]) func `hold every unit once`(processes: Int) throws {
    let groups = try groups(of: "full")
    let parts = groups.parts(for: processes, AnalysisOptions())
    let units = parts.flatMap { $0.units.map(\.identity) }
    #expect(units.count == groups.reduce(0) { $0 + $1.units.count })
    #expect(Set(units) == Set(groups.flatMap { $0.units.map(\.identity) }))
  }

  @Test func `a group of many checkpoints that is most of the work is divided`()
    throws
  {
    let group = try #require(try groups(of: "full").max { $0.cost < $1.cost })
    let many = AnalysisGroup(
      module: group.module, basePath: group.basePath, base: group.base,
      units: (0..<10).flatMap { _ in group.units }, shape: group.shape)
    let parts = [many].parts(for: 64, AnalysisOptions())
    #expect(parts.count > 1)
    #expect(parts.allSatisfy { !$0.units.isEmpty })
    #expect(parts.reduce(0) { $0 + $1.units.count } == many.units.count)
  }

  @Test func `one process divides no group by more than its eighth`() throws {
    let groups = try groups(of: "lora")
    #expect(groups.parts(for: 1, AnalysisOptions()).count >= groups.count)
  }
}
