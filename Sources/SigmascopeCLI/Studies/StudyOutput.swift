import Foundation
import Studies

/// What is written and printed about a study.
struct StudyOutput {
  private let study: StudyResults
  private let command: [String]

  init(_ study: StudyResults, command: [String]) {
    self.study = study
    self.command = command
  }

  func write(to folder: String, isQuiet: Bool) throws {
    guard !isQuiet else { return }
    for arm in study.arms {
      for rate in StudyResults.rates(of: study.runs(ofArm: arm)) {
        let scores = study.runs(ofArm: arm, rate: rate).finalScores
        print(arm, rate, scores.map { String(format: "%.2f", $0) }.joined(separator: " "))
      }
    }
  }
}
