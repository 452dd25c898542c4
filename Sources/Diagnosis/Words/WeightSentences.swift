import LinearAlgebra
import Spectra

/// The sentences about a run's weights, each from numbers that are in the tables.
struct WeightSentences {
  /// The matrices of the last analysed checkpoint that training changed.
  let changed: [ModuleAnalysis]
  /// The summaries of all analysed checkpoints, ascending; at least one.
  let steps: [StepSummary]
  /// K, as requested.
  let topCount: Int

  private var last: StepSummary { steps[steps.count - 1] }

  var all: [String] {
    changed.isEmpty ? [] : [size, directions, principal, spectrum, trend].compactMap(\.self)
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
    let count = "\(last.changedModules) of \(last.modules) matrices changed"
    let largest = "most of all \(most.0), by \(Words.size(most.1))."
    // The median over all is that of the table. Where half of them did not change it tells nothing.
    guard let median = last.medians[RelativeUpdateNorm.name], median > 0 else {
      return "\(count), and these by \(Words.multiple(middle)) their base in the median; \(largest)"
    }
    return
      "\(count); the median update of all is \(Words.multiple(median)) its base; \(largest)"
  }

  private var directions: String? {
    guard let stable = last.medians[StableRank.name],
      let effective = last.medians[EffectiveRank.name],
      let energy = last.medians[EnergyRank99.name]
    else { return nil }
    return
      "The median update spreads over \(Words.number(effective)) directions (effective rank; stable "
      + "rank \(Words.number(stable))), and \(Words.number(energy)) of them hold 99 % of its energy."
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
    let count = PrincipalCount(
      asked: topCount,
      of: changed.map { OrientedShape(rows: $0.identity.rows, columns: $0.identity.columns) })
    return
      "It puts \(Words.percent(share)) of its energy on the base's top \(count.number) input directions"
      + count.remark
      + (chance.map { "; a random orientation would put \(Words.percent($0)) there" } ?? "")
      + " (median z \(Words.number((score * 10).rounded() / 10))): \(judgement)."
  }

  private var spectrum: String? {
    guard let shift = last.medians[NormalizedSpectralShift.name],
      let angle = last.medians[PrincipalAngleRightMax.name]
    else { return nil }
    return
      "The base's singular values moved by \(Words.multiple(shift)) their norm, and its top input "
      + "subspace turned by up to \(Words.number(angle))° (medians)."
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
      + "\(Words.number(start)) to \(Words.number(end))."
  }
}
