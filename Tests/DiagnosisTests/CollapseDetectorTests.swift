import Diagnosis
import LinearAlgebra
import Testing

@Suite("Collapse detector") struct CollapseDetectorTests {
  /// Applies the rule to values at steps 0, 10, 20, ….
  private func finding(
    _ values: [Double], window: Int? = 1, certainty: Double = 0
  ) -> CollapseFinding {
    CollapseDetector(window: window, certainty: certainty)
      .finding(in: values.enumerated().map { CurvePoint(step: $0 * 10, value: $1) })
  }

  @Test func `a curve that falls and stays down collapsed where it first was down`() {
    let finding = finding([0.4, 0.6, 0.8, 0.7, 0.3, 0.1, 0.2])
    #expect(finding.outcome == .collapsed)
    #expect(finding.collapseStep == 40 && finding.recoveryStep == nil)
    #expect(finding.episodes.first?.reference == 0.8 && finding.episodes.first?.lowest == 0.1)
    #expect(finding.start == 0.4 && finding.best == 0.8)
  }

  @Test func `a curve that comes back recovered`() {
    let finding = finding([0.4, 0.8, 0.1, 0.3, 0.4, 0.9])
    #expect(finding.outcome == .recovered)
    #expect(finding.collapseStep == 20 && finding.recoveryStep == 40)
  }

  @Test func `a second fall without return is a collapse with two episodes`() {
    let finding = finding([0.4, 0.8, 0.1, 0.9, 0.2, 0.1])
    #expect(finding.outcome == .collapsed)
    #expect(finding.episodes.map(\.collapseStep) == [20, 40])
    #expect(finding.episodes.map(\.recoveryStep) == [30, nil])
    #expect(finding.collapseStep == 40)
  }

  @Test func `a rising, a constant and a mildly falling curve are steady`() {
    #expect(finding([0.1, 0.2, 0.5, 0.9]).outcome == .steady)
    #expect(finding([0.5, 0.5, 0.5]).outcome == .steady)
    #expect(finding([0.9, 0.7, 0.6, 0.5]).outcome == .steady)
  }

  @Test func `exactly half is not below half`() {
    #expect(finding([0.8, 0.4]).outcome == .steady)
    #expect(finding([0.8, 0.399]).outcome == .collapsed)
  }

  @Test func `a curve that never leaves its floor does not collapse`() {
    #expect(finding([0, 0, 0]).outcome == .steady)
    #expect(finding([-3, -3, -3]).outcome == .steady)
  }

  @Test func `a curve that rose from 0 can collapse`() {
    let finding = finding([0, 0.9, 0.9, 0, 0])
    #expect(finding.outcome == .collapsed && finding.collapseStep == 30)
  }

  @Test func `values below zero are measured from the lowest`() {
    // Half of the way from -1 to 0.8 is -0.1.
    #expect(finding([-1, 0.8, -0.05, -0.05, -0.05]).outcome == .steady)
    #expect(finding([-1, 0.8, -0.9, -1, -1]).collapseStep == 20)
  }

  @Test func `a fall that noise can explain is none`() {
    var random = SplitMix64(seed: 7)
    let noisy = (0..<40).map { _ in 0.1 + 0.15 * random.nextGaussian() }
    #expect(finding(noisy, window: nil, certainty: 3).outcome == .steady)
  }

  @Test func `an average hides one bad point that a window of 1 does not`() {
    let values = [0.8, 0.8, 0.8, 0.8, 0.1, 0.8, 0.8, 0.8]
    #expect(finding(values, window: 1).outcome == .recovered)
    #expect(finding(values, window: 4).outcome == .steady)
  }

  @Test func `a collapse that an average shows late is where the values fell`() {
    let finding = finding([1, 1, 1, 0, 0, 0], window: 3)
    // Averages at steps 20 … 50: 1, 2/3, 1/3, 0.
    #expect(finding.collapseStep == 30)
    #expect(finding.start == 1)
  }

  @Test func `values that are back before the average falls do not move the collapse`() {
    // Averages: 0.8, 0.6, 0.4, 0.33, …: the average is below 0.4 at step 60, and the values since step 50.
    let finding = finding([0.8, 0.8, 0.8, 0.1, 0.8, 0.3, 0.1, 0.1, 0.1], window: 3)
    #expect(finding.collapseStep == 50)
  }

  @Test func `a curve that falls within its first window fell from its first value`() {
    let finding = finding([0.9, 0.1, 0.1, 0, 0, 0, 0], window: 3)
    #expect(finding.outcome == .collapsed && finding.collapseStep == 10)
    #expect(finding.episodes.first?.reference == 0.9)
  }

  @Test(arguments: 0...3)
  func `a curve no longer than the window is too short`(count: Int) {
    let finding = finding(Array([0.9, 0.1, 0].prefix(count)), window: 3)
    #expect(finding.outcome == .tooShort && finding.collapseStep == nil && finding.start == nil)
  }

  @Test func `values that are not finite are left out`() {
    #expect(
      finding([0.8, .nan, 0.7, .infinity, 0.1]).collapseStep
        == finding([0.8, 0.8, 0.7, 0.7, 0.1])
        .collapseStep)
    #expect(finding([.nan, .nan]).outcome == .tooShort)
  }

  @Test func `the scale of the values does not matter`() {
    let values = [0.5, 1, 0.75, 0.25, 0.5, 0.125]
    let plain = finding(values, window: 2)
    let scaled = finding(values.map { $0 * 64 }, window: 2)
    #expect(plain.outcome == scaled.outcome && plain.collapseStep == scaled.collapseStep)
  }
}
