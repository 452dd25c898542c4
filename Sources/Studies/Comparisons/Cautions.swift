import Diagnosis

/// What else than the method differs between the arms of a group. A difference between such arms may not be one of
/// methods.
struct Cautions {
  let sentences: [String]

  init(of study: StudyResults) {
    var sentences: [String] = []
    let rates = study.arms.map { arm in
      (arm: arm, rates: StudyResults.rates(of: study.runs(ofArm: arm)))
    }
    if Set(rates.map(\.rates)).count > 1 {
      let shown = rates.map { arm, rates in
        "\(arm) \(rates.isEmpty ? "unknown" : rates.map(Words.rate).joined(separator: " and "))"
      }
      let shared = rates.dropFirst().reduce(Set(rates[0].rates)) { $0.intersection($1.rates) }
      let common = shared.sorted().map(Words.rate).joined(separator: " and ")
      sentences.append(
        "These arms were not run at the same learning rates (\(shown.joined(separator: "; "))): a difference between "
          + (shared.isEmpty
            ? "them may come from the rates."
            : "them may come from the rates, except at \(common), where all were run."))
    }
    // One that broke off is no shorter by choice.
    let lengths = Set(study.runs.filter { $0.failure == nil }.compactMap(\.lastStep))
    let others =
      (lengths.count > 1 ? ["number of steps"] : [])
      + Self.settings.compactMap { name, setting -> String? in
        let values = study.runs.compactMap { run in run.settings.flatMap(setting) }
        return Set(values).count > 1 ? name : nil
      }
    if !others.isEmpty {
      // Without a sentence before, and with one method, nothing was said yet that they differ in.
      let isFirst = sentences.isEmpty && Set(study.runs.map(\.factors.adapter)).count == 1
      sentences.append(
        "\(isFirst ? "The arms" : "The arms also") differ in \(others.joined(separator: ", ")).")
    }
    if study.cutsTopCount, let count = study.topCount {
      sentences.append(
        "K = \(count) is more than half of the directions of most matrices: of these, shares and angles are taken over "
          + "half.")
    }
    self.sentences = sentences
  }

  /// What is compared beside the rate. A setting that a method does not have tells nothing.
  private static let settings: [(String, @Sendable (RunSettings) -> String?)] = [
    ("trainer", \.trainer), ("rank", { $0.rank.map(\.description) }),
    ("dropout", { $0.dropout.map(\.description) }),
    ("targets", { $0.targets.isEmpty ? nil : $0.targets.joined(separator: " ") }),
    ("loss", \.objective), ("batch size", { $0.batchSize.map(\.description) }),
    ("accumulation", { $0.accumulation.map(\.description) }),
    ("β of the divergence", { $0.divergenceWeight.map(\.description) }),
    ("schedule", \.schedule), ("warm-up", { $0.warmup.map(\.description) }),
    ("gradient clip", { $0.clipNorm.map(\.description) }),
  ]
}
