import CKernels
package import LinearAlgebra

/// The right factor of products with many rows, laid out once as their loop reads it: panels of sixteen columns.
///
/// OpenBLAS packs both factors at every call. For the matrices of a small decoder that takes a third of a product's time; for
/// large ones it is nothing, and OpenBLAS is the faster.
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
    (inner, columns) =
      orientation == .transposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
    let count = Self.room(for: matrix, orientation)
    panels = room ?? Storage<Element>(count: count).view(count: count)
    precondition(panels.isContiguous && panels.count >= count, "no room for the panels")
    unsafe Element.loops.pack(
      matrix.start, matrix.stride, orientation == .transposed ? 1 : 0, inner, columns, panels.start)
  }

  /// How many numbers the panels of op(B) take.
  static func room(for matrix: MatrixView<Element>, _ orientation: Orientation) -> Int {
    let (inner, columns) =
      orientation == .transposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
    let panel = Int(SIGMASCOPE_PANEL)
    return (columns + panel - 1) / panel * panel * inner
  }

  /// Whether packing B for one product with so many rows is faster than OpenBLAS: packing takes as long as some twenty rows,
  /// and both must fit the second cache.
  static func pays(for matrix: MatrixView<Element>, rows: Int) -> Bool {
    rows >= 64 && matrix.count <= 1 << 18
  }
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

/// The weights that tokens are drawn with, packed once for all of them.
package struct DecodingWeights<Element: KernelScalar> {
  let tensors: TensorSet<Element>
  private let packed: [PackedMatrix<Element>?]

  /// Packs the matrices of a model that is small enough to be held twice.
  package init(_ tensors: TensorSet<Element>, _ layout: DecoderLayout) {
    self.tensors = tensors
    let matrices = layout.slots.indices.map { slot in
      layout.slots[slot].kind == .linear || slot == layout.head ? tensors.find(slot) : nil
    }
    let isSmall = matrices.reduce(0) { $0 + ($1?.count ?? 0) } <= Self.largestModel
    packed = matrices.map { matrix in
      isSmall ? matrix.map { PackedMatrix($0, .transposed) } : nil
    }
  }

  /// How many numbers: 64 MB in single precision.
  private static var largestModel: Int { 1 << 24 }

  /// y = x Wᵀ.
  func multiply(_ x: MatrixView<Element>, by slot: Int, into y: MatrixView<Element>) {
    if let matrix = packed[slot] {
      y.multiply(x, matrix)
    } else {
      y.multiply(x, tensors[slot], .transposed)
    }
  }
}
