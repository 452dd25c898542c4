import LinearAlgebra

extension Verdict {
  /// The metrics that every verdict needs: whether and how far weights moved.
  package static let neededMetrics: Set = [UpdateFrobeniusNorm.name, RelativeUpdateNorm.name]

  /// The verdict on a run from its last checkpoint, its summaries and its reward curve.
  /// - Parameters:
  ///   - modules: Those of all analysed checkpoints.
  ///   - steps: All summaries, by ascending step; empty if only vectors changed.
  ///   - reward: The run's reward curve, ascending in step; empty if there is none.
  ///   - topCount: K, as requested.
  package init(
    modules: [ModuleAnalysis], steps: [StepSummary], reward: [CurvePoint], topCount: Int
  ) {
    guard let last = steps.last else {
      self.init(
        status: .unchanged, headline: "No matrix was compared.", sentences: [],
        suggestedRanks: [:])
      return
    }
    let score = last.collapseScore ?? 0
    let current = modules.filter { $0.identity.step == last.step }
    let changed = current.filter(\.isChanged)
    let broken = steps.last { !$0.nonFiniteModules.isEmpty }
    let status: Status =
      if broken != nil {
        .nonFinite
      } else if changed.isEmpty {
        .unchanged
      } else if score >= CollapseScore.collapsed {
        .collapsed
      } else if score >= CollapseScore.suspicious {
        .suspicious
      } else {
        .healthy
      }
    let words = VerdictWords(
      changed: changed, steps: steps, reward: reward, topCount: topCount,
      isRounded: current.contains(where: \.isRounding),
      broken: broken.map { step in
        BrokenStep(step, modules: modules.filter { $0.identity.step == step.step })
      })
    self.init(
      status: status, headline: words.headline(status), sentences: words.sentences,
      suggestedRanks: Dictionary(grouping: changed, by: \.identity.kind).compactMapValues { kind in
        SampleQuantile.median(of: kind.compactMap { $0.metrics[EnergyRank99.name] }).map {
          Int($0.rounded(.up))
        }
      })
  }
}

/// A checkpoint of which some numbers are not finite or not usable.
private struct BrokenStep {
  let step: Int
  /// The modules, and the tensors beside them.
  let names: [String]
  /// Whether all are matrices that were to be measured.
  let areMatrices: Bool
  /// Whether all numbers that are not usable are finite and only too large.
  let isOverflow: Bool

  /// - Parameter modules: All of this step.
  init(_ summary: StepSummary, modules: [ModuleAnalysis]) {
    let unusable = modules.filter { $0.nonFiniteCount > 0 }
    step = summary.step
    names = summary.nonFiniteModules
    areMatrices = names.count == unusable.count
    isOverflow = areMatrices && unusable.allSatisfy(\.isOverflow)
  }

  var headline: String {
    let subject =
      switch (areMatrices, names.count) {
      case (true, 1): "1 matrix holds "
      case (true, let count): "\(count) matrices hold "
      case (false, 1): "1 tensor holds "
      case (false, let count): "\(count) tensors hold "
      }
    return subject + (isOverflow ? "numbers too large to square" : "NaN or infinity")
      + " at step \(step)."
  }
}

/// The sentences of a verdict, each from numbers that are in the tables.
private struct VerdictWords {
  let changed: [ModuleAnalysis]
  let steps: [StepSummary]
  let reward: [CurvePoint]
  let topCount: Int
  /// Whether some matrices were only rounded to another storage type.
  let isRounded: Bool
  /// The last checkpoint with numbers that are not usable, if there is one.
  let broken: BrokenStep?

  var last: StepSummary { steps[steps.count - 1] }

  func headline(_ status: Verdict.Status) -> String {
    if let broken { return broken.headline }
    switch status {
    case .nonFinite, .unchanged:
      return isRounded ? "No matrix changed beyond rounding." : "No matrix changed."
    case .collapsed: return "The run has collapsed\(evidence)."
    case .suspicious: return "There are signs of collapse\(evidence)."
    case .healthy: return "No sign of collapse\(evidence)."
    }
  }

  var sentences: [String] {
    var result = [String]()
    if let broken {
      result.append("First: \(broken.names.prefix(3).joined(separator: ", ")).")
      if broken.step != last.step { result.append("At step \(last.step), the last, none does.") }
    }
    guard !changed.isEmpty else { return result }
    result += [size, directions, principal, spectrum, trend].compactMap { $0 }
    return result
  }

  /// What the headline is based on.
  private var evidence: String {
    let smoothed = SmoothedReward(reward)
    let curve = smoothed.points.prefix(smoothed.count(upTo: last.step))
    if let now = curve.last?.value, let best = curve.max(by: { $0.value < $1.value }) {
      return ": the smoothed reward is \(number(now)) at step \(last.step), its best "
        + "\(number(best.value)) at step \(best.step)"
    }
    guard let size = last.medians[RelativeUpdateNorm.name] else { return "" }
    return ": the median update is \(percent(size)) of its base (no reward curve was found)"
  }

  private var size: String? {
    let ranked = changed.compactMap { module in
      module.metrics[RelativeUpdateNorm.name].map { (module.identity.module, $0) }
    }
    guard let most = ranked.max(by: { $0.1 < $1.1 }),
      let middle = SampleQuantile.median(of: ranked.map(\.1))
    else {
      return nil
    }
    return
      "\(last.changedModules) of \(last.modules) matrices changed, by \(percent(middle)) of the "
      + "base in the median; most of all \(most.0), by \(percent(most.1))."
  }

  private var directions: String? {
    guard let stable = last.medians[StableRank.name],
      let effective = last.medians[EffectiveRank.name],
      let energy = last.medians[EnergyRank99.name]
    else { return nil }
    return "The median update spreads over \(number(effective)) directions (effective rank; stable "
      + "rank \(number(stable))), and \(number(energy)) of them hold 99 % of its energy."
  }

  private var principal: String? {
    guard let share = last.medians[HeadShareRight.name], let score = last.medians[NullZRight.name]
    else { return nil }
    let chance = SampleQuantile.median(
      of: changed.compactMap { module in
        module.nulls.first { $0.metric == HeadShareRight.name }?.mean
      })
    let judgement =
      if score > 2 {
        "on the principal subspace, more than chance"
      } else if score < -2 {
        "off the principal subspace, less than chance"
      } else {
        "no different from chance"
      }
    return "It puts \(percent(share)) of its energy on the base's top \(topCount) input directions"
      + (chance.map { "; a random orientation would put \(percent($0)) there" } ?? "")
      + " (median z \(number((score * 10).rounded() / 10))): \(judgement)."
  }

  private var spectrum: String? {
    guard let shift = last.medians[NormalizedSpectralShift.name],
      let angle = last.medians[PrincipalAngleRightMax.name]
    else { return nil }
    return "The base's singular values moved by \(percent(shift)) of their norm, and its top input "
      + "subspace turned by up to \(number(angle))° (medians)."
  }

  private var trend: String? {
    guard steps.count > 1,
      let first = steps.first(where: { $0.medians[StableRank.name] != nil }),
      let start = first.medians[StableRank.name], let end = last.medians[StableRank.name],
      first.step != last.step
    else { return nil }
    let direction =
      end > 1.1 * start ? "grew" : end < start / 1.1 ? "shrank" : "stayed about the same"
    return "From step \(first.step) to step \(last.step) the median stable rank \(direction), from "
      + "\(number(start)) to \(number(end))."
  }

  /// With a no-break space.
  private func percent(_ share: Double) -> String { "\(number(100 * share))\u{A0}%" }

  /// Three significant digits, without an exponent where one can do without.
  private func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let size = value.magnitude
    if size < 0.001 || size >= 1e9 {
      var exponent = 0
      var mantissa = value
      while mantissa.magnitude < 1 {
        mantissa *= 10
        exponent -= 1
      }
      while mantissa.magnitude >= 10 {
        mantissa /= 10
        exponent += 1
      }
      return "\((mantissa * 10).rounded() / 10)e\(exponent)"
    }
    let digits = size >= 100 ? 1.0 : size >= 10 ? 10 : size >= 1 ? 100 : size >= 0.1 ? 1000 : 10000
    let rounded = (value * digits).rounded() / digits
    return rounded == rounded.rounded() && size >= 10
      ? String(Int(rounded)) : rounded.formattedShort
  }
}

extension Double {
  /// The shortest text that reads back to this number, without a trailing `.0`.
  fileprivate var formattedShort: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
