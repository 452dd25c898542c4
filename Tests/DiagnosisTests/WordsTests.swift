import Diagnosis
import Testing

@Suite("Numbers in sentences") struct WordsTests {
  @Test(arguments: [
    (0.004, "0.4 % of"), (0.12, "12 % of"), (3.25, "3.25 times"), (12738.06, "12738 times"),
  ])
  func `a large ratio is told in times, a small one as a share`(ratio: Double, words: String) {
    #expect(Words.multiple(ratio) == words)
  }

  @Test(arguments: [
    (0.77734375, "0.777"), (163_127_505_612.05, "1.6e11"), (0.5, "0.5"), (18.04, "18"),
  ])
  func `a number has three digits at most`(value: Double, words: String) {
    #expect(Words.number(value) == words)
  }
}
