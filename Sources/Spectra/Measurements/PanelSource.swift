public import LinearAlgebra

/// The shape of a matrix seen along its longer side, so that tall and wide matrices are treated alike.
public struct OrientedShape: Equatable, Sendable {
  /// Rows and columns of the matrix as stored.
  public let rows: Int, columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// Whether the long side is the rows. A square matrix counts as tall.
  public var isTall: Bool { rows >= columns }
  /// The larger dimension, over which Gram matrices sum.
  public var long: Int { max(rows, columns) }
  /// The smaller dimension p: the number of singular values.
  public var short: Int { min(rows, columns) }
  /// How a panel lies in memory: as a slice of the matrix in its stored order.
  package var layout: PanelLayout { isTall ? .longMajor : .shortMajor }
  /// How many entries there are.
  public var count: Int { rows * columns }

  /// Consecutive ranges of the long side, as equal as possible, whose panels hold at most about `panelLimit`
  /// entries.
  public var panels: [Range<Int>] { panels(of: 0..<long, limit: panelLimit) }

  /// The same, with panels of at most about as many entries; each holds at least one vector of the short side.
  func panels(atMost limit: Int) -> [Range<Int>] {
    panels(of: 0..<long, limit: max(limit, short, 1))
  }

  /// The same, but the first panel is square: a QR factorisation begins with as many rows as it has columns.
  var squareThenPanels: [Range<Int>] { panels(after: short) }

  /// The same, but the first panel has so many vectors.
  func panels(after first: Int) -> [Range<Int>] {
    [0..<first].filter { !$0.isEmpty } + panels(of: first..<long, limit: panelLimit)
  }

  private func panels(of range: Range<Int>, limit: Int) -> [Range<Int>] {
    let count = (range.count * short + limit - 1) / limit
    return (0..<count).map {
      range.lowerBound + $0 * range.count / count..<range.lowerBound + ($0 + 1) * range.count
        / count
    }
  }

  /// A tall panel is one stretch of the file, and half a million entries fit in the cache. A wide panel is
  /// cut out of every row, so fewer and larger ones are cheaper.
  private var panelLimit: Int { isTall ? 1 << 19 : 1 << 22 }
}

/// A matrix that is read one panel at a time, so that only the panel in use is in memory.
public protocol PanelSource: Sendable {
  var shape: OrientedShape { get }
  /// Puts the panel of a range of the long side into `panel`, in the shape's layout.
  /// - Throws: What reading the entries throws; nothing for a matrix in memory.
  func read(_ range: Range<Int>, into panel: inout [Double]) throws
  /// The same for an update, when the panel of its base has already been read.
  /// - Throws: As ``read(_:into:)``.
  func read(_ range: Range<Int>, into panel: inout [Double], base: [Double]) throws
}

extension PanelSource {
  /// Reads the panel without use of the base.
  /// - Throws: As ``PanelSource/read(_:into:)``.
  public func read(_ range: Range<Int>, into panel: inout [Double], base: [Double]) throws {
    try read(range, into: &panel)
  }

  /// R of X = QR, p×p, where X is the matrix with its long side as rows. It has the singular values of X and the
  /// singular vectors of its short side.
  /// - Complexity: O(long · p²); memory 3 p² and three panels.
  func triangularFactor() throws -> Matrix {
    var factors = PanelQR(size: shape.short)
    var panel = [Double]()
    for range in shape.squareThenPanels {
      try read(range, into: &panel)
      try factors.add(panel, shape.layout, length: range.count)
    }
    return try factors.triangle()
  }
}

/// A matrix in memory, as panels.
public struct DensePanels: PanelSource {
  public let matrix: Matrix

  public init(_ matrix: Matrix) { self.matrix = matrix }

  public var shape: OrientedShape {
    OrientedShape(rows: matrix.rows, columns: matrix.columns)
  }

  public func read(_ range: Range<Int>, into panel: inout [Double]) {
    panel.removeAll(keepingCapacity: true)
    if shape.isTall {
      panel += matrix.values[range.lowerBound * matrix.columns..<range.upperBound * matrix.columns]
    } else {
      for row in 0..<matrix.rows {
        let start = row * matrix.columns
        panel += matrix.values[start + range.lowerBound..<start + range.upperBound]
      }
    }
  }
}

/// A product left · right, multiplied out a panel at a time.
struct FactoredPanels: PanelSource {
  let left: Matrix
  let right: Matrix

  var shape: OrientedShape { OrientedShape(rows: left.rows, columns: right.columns) }

  func read(_ range: Range<Int>, into panel: inout [Double]) {
    panel =
      shape.isTall
      ? (left.rowSlice(range) * right).values : (left * right.columnSlice(range)).values
  }
}

/// diag(d) W or W diag(d), from the panels of W.
struct ScaledPanels: PanelSource {
  enum Side: Sendable { case rows, columns }

  let base: any PanelSource
  let scales: [Double]
  let side: Side

  /// The shape of the base, if there is one scale for each of its rows or columns.
  var shape: OrientedShape {
    side == .rows
      ? OrientedShape(rows: scales.count, columns: base.shape.columns)
      : OrientedShape(rows: base.shape.rows, columns: scales.count)
  }

  func read(_ range: Range<Int>, into panel: inout [Double]) throws {
    try base.read(range, into: &panel)
    scale(&panel, range)
  }

  func read(_ range: Range<Int>, into panel: inout [Double], base: [Double]) {
    panel = base
    scale(&panel, range)
  }

  private func scale(_ panel: inout [Double], _ range: Range<Int>) {
    let width = shape.isTall ? shape.columns : range.count
    let rowOffset = shape.isTall ? range.lowerBound : 0
    let columnOffset = shape.isTall ? 0 : range.lowerBound
    for index in panel.indices {
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      panel[index] *= side == .rows ? scales[row + rowOffset] : scales[column + columnOffset]
    }
  }
}

/// W + ΔW, a panel at a time.
struct AdaptedPanels: PanelSource {
  let base: any PanelSource
  let update: any PanelSource

  var shape: OrientedShape { base.shape }

  func read(_ range: Range<Int>, into panel: inout [Double]) throws {
    var change = [Double]()
    try base.read(range, into: &panel)
    try update.read(range, into: &change, base: panel)
    panel.add(change)
  }
}

/// after − before, a panel at a time, in Float64; `before` is the base that the update is measured
/// against.
public struct DifferencePanels: PanelSource {
  let after: any PanelSource
  let before: any PanelSource

  /// - Precondition: The shapes agree.
  public init(after: any PanelSource, before: any PanelSource) {
    precondition(after.shape == before.shape, "a difference needs two matrices of one shape")
    self.after = after
    self.before = before
  }

  public var shape: OrientedShape { before.shape }

  /// - Throws: What reading one of the matrices throws.
  public func read(_ range: Range<Int>, into panel: inout [Double]) throws {
    var start = [Double]()
    try before.read(range, into: &start)
    try read(range, into: &panel, base: start)
  }

  /// - Throws: What reading `after` throws.
  public func read(_ range: Range<Int>, into panel: inout [Double], base: [Double]) throws {
    try after.read(range, into: &panel)
    panel.subtract(base)
  }
}
