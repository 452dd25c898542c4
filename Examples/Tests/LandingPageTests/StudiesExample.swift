import Diagnosis
import Studies
import Testing

@Suite("Example of Studies") struct StudiesExampleTests {
  @Test func `a curve that falls for good has collapsed`() throws {
    // example
    if let score = Estimate(of: [0.77, 0.79, 0.78]) { print(score.mean, score.interval as Any) }
    if let area = ROCArea(positives: [0.9, 0.8], negatives: [0.1, 0.2, 0.85]) { print(area.area) }
    // end
    #expect(finding.outcome == .collapsed)
  }
}
