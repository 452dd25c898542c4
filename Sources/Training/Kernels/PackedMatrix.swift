import CKernels
package import LinearAlgebra

/// The right factor of products with many rows, laid out once as their loop reads it: panels of sixteen columns.
///
/// OpenBLAS packs both factors at every call, which for the matrices of a small decoder takes a third of a product's time. With
/// large matrices it is the faster.
///
/// **Source:** Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008, section 4.
package struct PackedMatrix<Element: KernelScalar> {
  /// The rows of the factor.
  let inner: Int
  let columns: Int
  fileprivate let panels: MatrixView<Element>

  /// Packs op(B).
  /// - Parameters:
  ///   - matrix: B.
  ///   - orientation: Whether op is the transpose.
  ///   - room: For ``room(for:_:)`` numbers; nil to allocate them.
  package init(
    _ matrix: MatrixView<Element>, _ orientation: Orientation, in room: MatrixView<Element>? = nil
  ) {
    (inner, columns) = Self.shape(matrix, orientation)
    let count = Self.room(for: matrix, orientation)
    panels = room ?? Storage<Element>(unspecified: count).view(count: count)
    precondition(panels.isContiguous && panels.count >= count, "no room for the panels")
    unsafe Element.loops.pack(
      matrix.start, matrix.stride, orientation == .transposed ? 1 : 0, inner, columns, panels.start)
  }

  /// How many numbers the panels of op(B) take.
  static func room(for matrix: MatrixView<Element>, _ orientation: Orientation) -> Int {
    let (inner, columns) = shape(matrix, orientation)
    let panel = Int(SIGMASCOPE_PANEL)
    return (columns + panel - 1) / panel * panel * inner
  }

  private static func shape(
    _ matrix: MatrixView<Element>, _ orientation: Orientation
  ) -> (inner: Int, columns: Int) {
    orientation == .transposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
  }
}

/// When packing a matrix is faster than OpenBLAS.
enum PackingLimits {
  /// So many rows meet the matrix in all: packing takes as long as some twenty of them.
  static let rows = 64
  /// Numbers of a matrix that is packed for one product, fewer than.
  static let product = 1 << 16
  /// Numbers of a matrix that is packed once for drawing tokens, 64 rows at a time, fewer than.
  static let drawing = 1 << 22
  /// Numbers of all matrices of a model that is held twice for drawing, at most: 64 MB in single precision.
  static let model = 1 << 24
}

extension MatrixView where Element: KernelScalar {
  /// C ← β·C + α·A·B; β is `keeping`, α is `scale`. A row of C does not depend on how many others there are.
  package func multiply(
    _ left: MatrixView, _ right: PackedMatrix<Element>, scale: Element = 1, keeping: Element = 0
  ) {
    precondition(
      rows == left.rows && columns == right.columns && left.columns == right.inner,
      "the shapes of a product do not fit")
    unsafe Element.loops.product(
      left.start, left.stride, right.panels.start, rows, right.inner, columns, scale, keeping,
      start, stride)
  }
}

extension TensorSet {
  /// The same tensors, with matrices packed too: what many tokens are drawn with. What is packed does not follow later
  /// changes of the weights.
  /// - Parameters:
  ///   - layout: Which of them are matrices.
  ///   - rows: How many rows each matrix will meet in all.
  package func packing(_ layout: DecoderLayout, rows: Int) -> TensorSet {
    layout.packed(rows: rows).reduce(self) { $0.packing($1) }
  }
}

extension DecoderLayout {
  /// The matrices that are packed for drawing tokens.
  /// - Parameter rows: How many rows each will meet in all.
  func packed(rows: Int) -> [Int] {
    let matrices = slots.indices.filter { slots[$0].kind == .linear || $0 == head }
    guard rows >= PackingLimits.rows,
      matrices.reduce(0, { $0 + slots[$1].count }) <= PackingLimits.model
    else { return [] }
    return matrices.filter { slots[$0].count < PackingLimits.drawing }
  }
}
