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
    (inner, columns) =
      orientation == .transposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
    let count = Self.room(for: matrix, orientation)
    panels = room ?? Storage<Element>(unspecified: count).view(count: count)
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

  /// Whether packing B for so many rows in all is faster than OpenBLAS: it takes as long as some twenty rows.
  static func pays(for matrix: MatrixView<Element>, rows: Int, largest: Int) -> Bool {
    rows >= 64 && matrix.count < largest
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
  /// - Parameters:
  ///   - tensors: The weights.
  ///   - layout: Which of them are matrices.
  ///   - rows: How many rows each matrix will meet in all.
  package init(_ tensors: TensorSet<Element>, _ layout: DecoderLayout, rows: Int) {
    self.tensors = tensors
    let isSmall = layout.matrixCount <= DecodingLimits.model
    packed = layout.slots.indices.map { slot in
      guard isSmall, layout.isMatrix(slot), let matrix = tensors.find(slot),
        PackedMatrix.pays(for: matrix, rows: rows, largest: DecodingLimits.matrix)
      else { return nil }
      return PackedMatrix(matrix, .transposed)
    }
  }

  /// y = x Wᵀ.
  func multiply(_ x: MatrixView<Element>, by slot: Int, into y: MatrixView<Element>) {
    if let matrix = packed[slot] {
      y.multiply(x, matrix)
    } else {
      y.multiply(x, tensors[slot], .transposed)
    }
  }
}

/// Up to which sizes weights are packed for drawing tokens.
enum DecodingLimits {
  /// Numbers of a model that is held twice: 64 MB in single precision.
  static let model = 1 << 24
  /// Numbers of a matrix that meets 64 rows at a time: at 2²² OpenBLAS is the faster.
  static let matrix = 1 << 22
}

extension DecoderLayout {
  /// Whether a slot is a matrix that tokens are multiplied with.
  func isMatrix(_ slot: Int) -> Bool { slots[slot].kind == .linear || slot == head }

  /// The numbers of these matrices.
  var matrixCount: Int {
    slots.indices.filter(isMatrix).reduce(0) { $0 + slots[$1].rows * slots[$1].columns }
  }
}
