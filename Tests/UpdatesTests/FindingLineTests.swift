import Checkpoints
import Testing
import Updates

@Suite("Lines of findings") struct FindingLineTests {
  private func broken(_ count: Int) -> [Finding] {
    (0..<count).map { .notFinite(tensor: "layers.\($0).lora_A", count: $0 + 1) }
  }

  @Test func `a few tensors that are not finite have a line each`() {
    #expect(broken(3).lines.count == 3)
    #expect(broken(3).lines == broken(3).map(\.description))
  }

  @Test func `many of them share one, with how many values and some names`() throws {
    let findings: [Finding] = [.neverPruned] + broken(28)
    #expect(findings.lines.count == 2 && findings.warningLines == findings.lines)
    let line = try #require(findings.lines.last)
    #expect(
      line.hasPrefix("28 tensors hold 406 values that are NaN or infinite: 'layers.0.lora_A'"))
    #expect(line.hasSuffix("and 25 more"))
  }

  @Test func `how well a base fits is what the first checkpoint says`() {
    let first: [Finding] = [.baseMatch(module: "q_proj", distance: 0.1, matches: true)]
    let last: [Finding] = [
      .baseMatch(module: "q_proj", distance: 1.4, matches: false), .neverPruned,
    ]
    #expect(last.following(first) == first + [.neverPruned])
    #expect(last.following([]) == last)
  }
}
