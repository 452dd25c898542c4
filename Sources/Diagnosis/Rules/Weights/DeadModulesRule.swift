import LinearAlgebra
import Spectra

/// Matrices that never moved while others did.
public enum DeadModulesRule: HealthRule {
  public static let name = "dead-modules"
  public static let summary = "some matrices never moved while others did"

  /// A matrix that moved by less than this part of the median did not move: the start of an adapter, computed again,
  /// differs by its rounding.
  static let least = 1e-4
  /// The share of matrices that is a fault, of an adapter: it was put on all of them to train them.
  static let fault = 0.1

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard !run.steps.isEmpty else { return .skipped("no checkpoint was analysed") }
    let sizes = run.modules.map { $0.isRounding ? 0 : $0.metrics[UpdateFrobeniusNorm.name] ?? 0 }
    guard let middle = SampleQuantile.median(of: sizes.filter { $0 > 0 }) else {
      return .skipped("no matrix moved")
    }
    let usable = zip(run.modules, sizes).filter { $0.0.nonFiniteCount == 0 }
    let dead = usable.filter { $0.1 <= least * middle }.map(\.0.identity)
    guard !dead.isEmpty else { return .clear }
    let isAdapter = run.settings.rank != nil
    let isFault = isAdapter && Double(dead.count) > fault * Double(usable.count)
    return .found(
      Symptom(
        rule: name, status: isFault ? .suspicious : .healthy, step: run.steps.last?.step,
        columns: [UpdateFrobeniusNorm.name],
        evidence:
          "\(dead.count) of \(usable.count) matrices never moved: \(words(for: dead, among: usable.map(\.0.identity))).",
        cause: isAdapter
          ? "No gradient reached them: they do not take part in the loss, or checkpointing of gradients cut them off."
          : "They were frozen, or no gradient reached them.",
        advice: isAdapter
          ? "Take them out of target_modules if that is right; else look for frozen inputs "
            + "(enable_input_require_grads) and for what is computed without a gradient."
          : "Nothing, if they were meant to be frozen."))
  }

  /// Whole layers and kinds where all of one did not move, else the names.
  private static func words(for dead: [ModuleIdentity], among all: [ModuleIdentity]) -> String {
    let counts = Dictionary(grouping: all, by: \.layer).mapValues(\.count)
    let whole = Dictionary(grouping: dead, by: \.layer).filter { layer, modules in
      layer != nil && modules.count == counts[layer]
    }.keys.compactMap(\.self).sorted()
    let layers = whole.prefix(3).map { "all of layer \($0)" }
    let names = dead.filter { !whole.contains($0.layer ?? -1) }.map(\.module)
    let parts = layers + names.prefix(3)
    let hasMore = whole.count > 3 || names.count > 3
    return parts.joined(separator: ", ") + (hasMore ? ", …" : "")
  }
}
