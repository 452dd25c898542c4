/// Memory that routines borrow for intermediate matrices: it grows to the largest need and stays, so that
/// a step allocates nothing.
///
/// Not for two threads at once: each has its own.
public final class Workspace<Element: DenseScalar> {
  private var storage: Storage<Element>
  private var used = 0

  public init(count: Int = 0) { storage = Storage(count: count) }

  /// Lends matrices for the length of a call; what they hold at first is unspecified. May be nested.
  public func lending<Result>(
    _ shapes: [(rows: Int, columns: Int)], _ body: ([MatrixView<Element>]) throws -> Result
  ) rethrows -> Result {
    // Each begins on a cache line.
    let sizes = shapes.map { ($0.rows * $0.columns + 15) / 16 * 16 }
    let needed = used + sizes.reduce(0, +)
    // Views that are lent already keep the old storage alive.
    if needed > storage.count { storage = Storage(count: max(needed, 2 * storage.count)) }
    let before = used
    defer { used = before }
    let views = zip(shapes, sizes).map { shape, size in
      defer { used += size }
      return storage.view(at: used, rows: shape.rows, columns: shape.columns)
    }
    return try body(views)
  }
}
