import Studies
import Testing

@Suite("Example of Studies") struct StudiesExampleTests {
  @Test func `a curve that falls for good has collapsed`() throws {
    // example
    let rewards = [0.4, 0.5, 0.6, 0.6, 0.5, 0.1, 0.0, 0.0, 0.0, 0.0]
    let detector = CollapseDetector(window: 3, fraction: 0.5)
    let finding = detector.finding(steps: Array(1...10), values: rewards)
    print(finding.outcome)
    if let area = ROCArea(positives: [0.9, 0.8], negatives: [0.1, 0.2, 0.85]) { print(area.area) }
    // end
    #expect(finding.outcome == .collapsed)
  }
}
