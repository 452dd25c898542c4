import Checkpoints
import LinearAlgebra

/// What a whole checkpoint is, seen beside its base: the same numbers, a copy in another type, or a model that has nothing
/// to do with it.
struct WholeModelComparison {
  private(set) var findings: [Finding] = []

  /// - Parameter modules: The updates; those that are only a rounding are marked.
  init(_ modules: inout [ModuleUpdate]) throws {
    var pairs: [Pair] = []
    var rounded: [DataType] = []
    for index in modules.indices {
      guard let pair = Pair(modules[index]) else { continue }
      pairs.append(pair)
      guard let type = try pair.roundingType() else { continue }
      modules[index].isRounding = true
      rounded.append(type)
    }
    if let type = rounded.first {
      findings.append(
        .withinRounding(type: type.rawValue, modules: rounded.count, of: pairs.count))
    }
    if rounded.isEmpty, let stranger = try Self.resemblance(pairs), stranger.isNone {
      findings.append(
        .unrelated(module: stranger.module, cosine: stranger.cosine, size: stranger.size))
    }
  }

  /// A matrix before and after.
  private struct Pair {
    let module: String
    let before: StoredMatrix
    let after: StoredMatrix

    init?(_ update: ModuleUpdate) {
      guard let base = update.base, case .adapted(let adapted) = update.source else { return nil }
      module = update.module
      before = base
      after = adapted
    }

    /// The type in which the base was saved if that is all that changed: rounding the base to it gives the checkpoint,
    /// entry by entry, and at least one entry changed. Nil otherwise; a trained matrix shows it in its first row.
    func roundingType() throws -> DataType? {
      let types = [after.storageType] + [.bfloat16, .float16].filter { $0 != after.storageType }
      return try types.first {
        try $0.isRoundable && $0.unitRoundoff > before.storageType.unitRoundoff && isRounded(to: $0)
      }
    }

    private func isRounded(to type: DataType) throws -> Bool {
      var differs = false
      for rows in RowPanels(before.rows) {
        var expected = try before.values(rows: rows)
        let found = try after.values(rows: rows)
        if !differs { differs = expected != found }
        type.round(&expected)
        if expected != found { return false }
      }
      return differs
    }

    /// The inner product and the squared norms of both matrices.
    func products() throws -> (inner: Double, before: Double, after: Double) {
      var sums = (inner: 0.0, before: 0.0, after: 0.0)
      for rows in RowPanels(before.rows) {
        for (old, new) in zip(try before.values(rows: rows), try after.values(rows: rows)) {
          sums.inner += old * new
          sums.before += old * old
          sums.after += new * new
        }
      }
      return sums
    }
  }

  /// How much a matrix still resembles that of the base.
  private struct Resemblance {
    let module: String
    /// The cosine of the angle between the matrices as vectors, and ‖W′‖ / ‖W‖.
    let cosine: Double
    let size: Double

    /// Whether the matrices have the size, but not the direction of each other. Training that destroys a model makes it
    /// larger; only another model, or another random start, has this.
    var isNone: Bool { abs(cosine) < 0.1 && size > 0.5 && size < 2 }
  }

  /// The best resemblance among a few small matrices that are large enough for chance to be excluded: with 4,096 entries
  /// the cosine of unrelated matrices is below 0.1 by six standard deviations. Nil if there is no such matrix.
  private static func resemblance(_ pairs: [Pair]) throws -> Resemblance? {
    let chosen = pairs.filter { $0.before.rows * $0.before.columns >= 4096 }
      .sorted { $0.before.rows * $0.before.columns < $1.before.rows * $1.before.columns }
      .prefix(3)
    let found = try chosen.compactMap { pair -> Resemblance? in
      let products = try pair.products()
      let norms = (products.before * products.after).squareRoot()
      guard norms > 0, norms.isFinite else { return nil }
      return Resemblance(
        module: pair.module, cosine: products.inner / norms,
        size: (products.after / products.before).squareRoot())
    }
    return found.max { abs($0.cosine) < abs($1.cosine) }
  }
}
