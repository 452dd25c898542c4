/// The QR factorisation X = QR of a matrix that is read one panel at a time, for matrices whose long side does not fit
/// in memory. R has the singular values and the right singular vectors of X. Beside it QᵀD is computed for a second
/// matrix D of the same height, so that Q is never needed itself: a left singular vector of X is Q times one of R.
///
/// Each panel is reflected into the R of all panels before it, which is backward stable: the singular values have an
/// error of about the rounding of the largest one, as those of a decomposition of X itself.
///
/// **Source:** Golub, Plemmons, Sameh, "Parallel block schemes for large-scale least-squares computations", 1988;
/// Demmel, Grigori, Hoemmen, Langou, "Communication-optimal parallel and sequential QR and LU factorizations", SIAM
/// Journal on Scientific Computing 34, 2012 (the sequential, flat tree).
package struct PanelQR: Sendable {
  /// p, the number of columns of X.
  package let size: Int
  /// The number of columns of D; 0 if there is none.
  package let width: Int
  /// R and QᵀD, both column after column.
  private var upper: [Double] = []
  private var image: [Double] = []

  package init(size: Int, width: Int = 0) {
    self.size = size
    self.width = width
  }

  /// Adds the next rows of X, and those of D.
  /// - Parameters:
  ///   - panel: Rows of X, as many as `length`. The first panel has as many as X has columns, so that Q has
  ///     orthonormal columns even where X is deficient in rank.
  ///   - companion: The same rows of D; empty if there is no D.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry of X that is NaN or infinite,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)`` if entries are too large.
  /// - Complexity: O(length · size · (size + width)); memory a copy of each panel.
  package mutating func add(
    _ panel: [Double], _ layout: PanelLayout, with companion: [Double] = [],
    _ companionLayout: PanelLayout = .shortMajor, length: Int
  ) throws(LinearAlgebraError) {
    precondition(
      panel.count == length * size && companion.count == length * width,
      "a panel holds length · size values")
    guard size > 0, length > 0 else { return }
    try DenseRoutines.checkFinite(panel, columns: layout == .longMajor ? size : length)
    var panel = panel.inColumns(layout, length: length, size: size)
    var companion = companion.inColumns(companionLayout, length: length, size: width)
    if upper.isEmpty {
      precondition(length == size, "the first panel is square")
      (upper, image) = (panel, companion)
      panel = []
      try PanelRoutines.begin(&upper, size: size, image: &image, width: width)
    } else {
      PanelRoutines.add(
        &panel, length: length, to: &upper, size: size, companion: &companion, image: &image,
        width: width)
    }
  }

  /// R, p×p and upper triangular; its diagonal may be negative.
  /// - Throws: ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  package func triangle() throws(LinearAlgebraError) -> Matrix {
    try DenseRoutines.checkRange(upper, "tpqrt", size, size)
    return Matrix(rows: size, columns: size, values: upper).transposed()
  }

  /// QᵀD, p × width.
  /// - Throws: ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  package func companionImage() throws(LinearAlgebraError) -> Matrix {
    try DenseRoutines.checkRange(image, "tpmqrt", size, width)
    return Matrix(rows: width, columns: size, values: image).transposed()
  }
}

extension [Double] {
  /// The rows of a panel, column after column.
  fileprivate func inColumns(_ layout: PanelLayout, length: Int, size: Int) -> [Double] {
    layout == .shortMajor
      ? self : Matrix(rows: length, columns: size, values: self).transposed().values
  }
}
