import Studies
import Testing

@Suite("Example of Studies") struct StudiesExampleTests {
  @Test func `an interval and an area are computed`() throws {
    // example
    let score = Estimate(of: [0.77, 0.79, 0.78])
    if let score { print(score.mean, score.interval?.lower ?? score.mean) }
    let area = ROCArea(positives: [0.9, 0.8], negatives: [0.1, 0.2, 0.85])
    if let area { print(area.area) }
    // end
    #expect(score?.count == 3 && area != nil)
  }
}
