import LinearAlgebra
import Studies
import Training

/// How well scores choose among the answers to a problem.
package struct AnswerRanking {
  /// Answers to one problem, in the order in which they were drawn.
  package struct Group {
    package let texts: [String]
    package let scores: [Double]
    package let isRight: [Bool]

    package init(texts: [String], scores: [Double], isRight: [Bool]) {
      self.texts = texts
      self.scores = scores
      self.isRight = isRight
    }
  }

  package let groups: [Group]

  package init(groups: [Group]) { self.groups = groups }

  /// The share of problems whose chosen answer among the first n is right.
  private func accuracy(_ count: Int, _ choice: (Group, Range<Int>) -> Double) -> Double {
    groups.reduce(0) { $0 + choice($1, 0..<min(count, $1.texts.count)) }
      / Double(max(groups.count, 1))
  }

  /// The answer with the highest score; the first of equals.
  package func best(of count: Int) -> Double {
    accuracy(count) { group, range in
      let best = range.reduce(range.lowerBound) { group.scores[$1] > group.scores[$0] ? $1 : $0 }
      return group.isRight[best] ? 1 : 0
    }
  }

  /// The text that occurs most often; of equals the one that was drawn first.
  ///
  /// Answers are compared by their result, `key`, since different steps may lead to the same one.
  package func majority(of count: Int, key: (String) -> String) -> Double {
    accuracy(count) { group, range in
      var votes = [String: (count: Int, first: Int)]()
      for place in range {
        votes[key(group.texts[place]), default: (0, place)].count += 1
      }
      let winner = votes.values.max { ($0.count, -$0.first) < ($1.count, -$1.first) }
      return winner.map { group.isRight[$0.first] ? 1 : 0 } ?? 0
    }
  }

  /// An answer drawn at random: the share of right ones.
  package func random(of count: Int) -> Double {
    accuracy(count) { group, range in
      Double(range.count { group.isRight[$0] }) / Double(max(range.count, 1))
    }
  }

  /// A verifier that knows which answers are right: whether any is.
  package func verifier(of count: Int) -> Double {
    accuracy(count) { group, range in range.contains { group.isRight[$0] } ? 1 : 0 }
  }

  /// The chance that a right answer has a higher score than a wrong one, over all problems; nil if all are right or
  /// wrong.
  package var area: Double? {
    let all = groups.flatMap { zip($0.scores, $0.isRight) }
    return ROCArea(
      positives: all.filter { $0.1 }.map { $0.0 }, negatives: all.filter { !$0.1 }.map { $0.0 })?
      .area
  }
}
