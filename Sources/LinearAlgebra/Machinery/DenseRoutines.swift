import COpenBLAS

/// The BLAS and LAPACK routines that ``Matrix`` is built on, one function each, named for what it does. All
/// matrices are row-major and contiguous. Views call BLAS through ``DenseScalar`` instead.
///
/// LAPACK gets finite matrices only, and what it gives back is checked as well: some of its routines never
/// end on NaN, others refuse it like a wrong argument. No caller has to check.
enum DenseRoutines {
  /// op(A) · op(B).
  static func product(
    rows: Int, columns: Int, inner: Int, left: [Double], _ leftOrientation: Orientation,
    right: [Double], _ rightOrientation: Orientation
  ) -> [Double] {
    let leftStride = leftOrientation == .asStored ? inner : rows
    let rightStride = rightOrientation == .asStored ? columns : inner
    // A new array without room is the one that all threads share, and filling it would write its count.
    if rows * columns == 0 { return [] }
    // With β = 0 gemm writes its result without reading it, so it need not be initialised.
    return unsafe Array(unsafeUninitializedCapacity: rows * columns) { buffer, count in
      unsafe cblas_dgemm(
        CblasRowMajor, leftOrientation.cblas, rightOrientation.cblas, blasInt(rows),
        blasInt(columns), blasInt(inner), 1, left, blasInt(leftStride), right,
        blasInt(rightStride), 0, buffer.baseAddress, blasInt(columns))
      count = rows * columns
    }
  }

  /// C ← C + op(A) · op(B).
  static func addProduct(
    rows: Int, columns: Int, inner: Int, left: [Double], _ leftOrientation: Orientation,
    right: [Double], _ rightOrientation: Orientation, into result: inout [Double]
  ) {
    // A transposed operand is stored the other way round, so its leading dimension is its other one.
    let leftStride = leftOrientation == .asStored ? inner : rows
    let rightStride = rightOrientation == .asStored ? columns : inner
    unsafe cblas_dgemm(
      CblasRowMajor, leftOrientation.cblas, rightOrientation.cblas, blasInt(rows),
      blasInt(columns), blasInt(inner), 1, left, blasInt(leftStride), right, blasInt(rightStride),
      1, &result, blasInt(columns))
  }

  /// The upper triangle of C ← C + PᵀP.
  static func addGram(
    size: Int, length: Int, panel: [Double], layout: PanelLayout, into result: inout [Double]
  ) {
    let stride = layout == .longMajor ? size : length
    unsafe cblas_dsyrk(
      CblasRowMajor, CblasUpper, layout == .longMajor ? CblasTrans : CblasNoTrans, blasInt(size),
      blasInt(length), 1, panel, blasInt(stride), 1, &result, blasInt(size))
  }

  /// The upper triangle of C ← C + AᵀB + BᵀA, for A and B of `length` rows of `size` numbers.
  static func addSymmetricProduct(
    size: Int, length: Int, _ left: [Double], _ right: [Double], into result: inout [Double]
  ) {
    unsafe cblas_dsyr2k(
      CblasRowMajor, CblasUpper, CblasTrans, blasInt(size), blasInt(length), 1, left,
      blasInt(size), right, blasInt(size), 1, &result, blasInt(size))
  }

  /// The Euclidean norm.
  static func norm(_ values: [Double]) -> Double {
    unsafe cblas_dnrm2(blasInt(values.count), values, 1)
  }

  /// Σ aᵢ bᵢ.
  static func dot(_ left: [Double], _ right: [Double]) -> Double {
    unsafe cblas_ddot(blasInt(left.count), left, 1, right, 1)
  }

  /// Thin QR of a row-major rows × columns matrix; Q replaces it, R (k × columns) is returned.
  static func orthonormalize(
    _ matrix: inout [Double], rows: Int, columns: Int
  ) throws(LinearAlgebraError) -> [Double] {
    try checkFinite(matrix, columns: columns)
    // Row-major A is column-major Aᵀ, and A = QR means Aᵀ = RᵀQᵀ. So LAPACK computes an LQ factorisation. Its
    // L is Rᵀ in column-major order, which is R in row-major order.
    let rank = min(rows, columns)
    var reflectors = [Double](repeating: 0, count: max(rank, 1))
    require(
      unsafe LAPACKE_dgelqf(
        LAPACK_COL_MAJOR, blasInt(columns), blasInt(rows), &matrix, blasInt(max(columns, 1)),
        &reflectors), "gelqf")
    try checkRange(matrix, "gelqf", rows, columns)
    var upper = [Double](repeating: 0, count: rank * columns)
    for row in 0..<rank {
      for column in row..<columns {
        upper[row * columns + column] = matrix[row * columns + column]
      }
    }
    if rank < columns {
      // Only the first `rank` columns of Q exist: this closes the gaps between its rows.
      for row in 0..<rows {
        for column in 0..<rank { matrix[row * rank + column] = matrix[row * columns + column] }
      }
      matrix.removeLast(rows * (columns - rank))
    }
    require(
      unsafe LAPACKE_dorglq(
        LAPACK_COL_MAJOR, blasInt(rank), blasInt(rows), blasInt(rank), &matrix,
        blasInt(max(rank, 1)), reflectors), "orglq")
    return upper
  }

  /// Solves X·A = B for the rows × size matrix X, which replaces B; destroys the size × size matrix A.
  static func divide(
    _ dividend: inout [Double], rows: Int, by divisor: inout [Double], size: Int
  ) throws(LinearAlgebraError) {
    try checkFinite(dividend, columns: size)
    try checkFinite(divisor, columns: size)
    // Row-major A and B are column-major Aᵀ and Bᵀ, and X·A = B means AᵀXᵀ = Bᵀ.
    var pivots = [Int32](repeating: 0, count: size)
    let info = unsafe LAPACKE_dgesv(
      LAPACK_COL_MAJOR, blasInt(size), blasInt(rows), &divisor, blasInt(size), &pivots, &dividend,
      blasInt(size))
    precondition(info >= 0, "LAPACK gesv refused argument \(-info)")
    if info > 0 { throw .singular(rows: size) }
    try checkRange(dividend, "gesv", rows, size)
  }

  /// Divide and conquer SVD of a row-major matrix, whose values it destroys.
  static func singularTriplets(
    _ matrix: inout [Double], rows: Int, columns: Int, vectors: SingularVectors
  ) throws(LinearAlgebraError) -> (left: [Double], values: [Double], right: [Double]) {
    try checkFinite(matrix, columns: columns)
    let rank = min(rows, columns)
    var values = [Double](repeating: 0, count: rank)
    guard vectors == .thin else {
      try converged(
        unsafe LAPACKE_dgesdd(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), blasInt(columns), blasInt(rows), &matrix,
          blasInt(columns), &values, nil, 1, nil, 1), "gesdd", rows, columns)
      try checkRange(values, "gesdd", rows, columns)
      return ([], values, [])
    }
    var left = [Double](repeating: 0, count: rows * rank)
    var right = [Double](repeating: 0, count: rank * columns)
    // Row-major A is column-major Aᵀ = V Σ Uᵀ, so U and Vᵀ swap places.
    try converged(
      unsafe LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), blasInt(columns), blasInt(rows), &matrix,
        blasInt(columns), &values, &right, blasInt(columns), &left, blasInt(rank)),
      "gesdd", rows, columns)
    try checkRange(values, "gesdd", rows, columns)
    return (left, values, right)
  }

  /// All eigenvalues, ascending; `matrix` becomes the eigenvectors, one a row, if they are wanted.
  static func symmetricEigen(
    _ matrix: inout [Double], size: Int, vectors: Bool
  ) throws(LinearAlgebraError) -> [Double] {
    try checkFinite(matrix, columns: size)
    var values = [Double](repeating: 0, count: size)
    try converged(
      unsafe LAPACKE_dsyevd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: vectors ? "V" : "N")), CChar(UInt8(ascii: "L")),
        blasInt(size), &matrix, blasInt(size), &values), "syevd", size, size)
    try checkRange(values, "syevd", size, size)
    return values
  }

  /// All eigenvalues, ascending, and the eigenvectors of the `leading` largest, one a row,
  /// ascending as well.
  static func symmetricEigen(
    _ matrix: inout [Double], size: Int, leading: Int
  ) throws(LinearAlgebraError) -> (values: [Double], vectors: [Double]) {
    try checkFinite(matrix, columns: size)
    // One reduction to tridiagonal form serves both the values and the few vectors that are wanted.
    let (diagonal, offDiagonal, factors) = try TridiagonalRoutines.reduce(&matrix, size: size)
    let values = try TridiagonalRoutines.values(diagonal, offDiagonal)
    guard leading > 0 else { return (values, []) }
    var vectors = try TridiagonalRoutines.leadingVectors(leading, diagonal, offDiagonal)
    TridiagonalRoutines.restore(
      &vectors, count: leading, reflections: matrix, factors: factors, size: size)
    return (values, vectors)
  }
}

/// Which singular vectors a decomposition computes.
enum SingularVectors: Sendable {
  /// None: about seven times cheaper.
  case none
  /// min(rows, columns) on each side.
  case thin
}

extension DenseRoutines {
  /// Throws for the first entry of a row-major matrix that is NaN or infinite.
  static func checkFinite(_ values: [Double], columns: Int) throws(LinearAlgebraError) {
    guard !areFinite(values), let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: index / columns, column: index % columns)
  }

  /// Throws if numbers that were computed from finite ones are not finite.
  static func checkRange(
    _ values: [Double], _ routine: String, _ rows: Int, _ columns: Int
  ) throws(LinearAlgebraError) {
    if !areFinite(values) { throw .overflow(routine: routine, rows: rows, columns: columns) }
  }

  /// A finite number times zero is zero, so one sum tells, much faster than a test of each entry.
  private static func areFinite(_ values: [Double]) -> Bool {
    var probe = 0.0
    for value in values { probe += value * 0 }
    return probe == 0
  }
}

extension Orientation {
  var cblas: CBLAS_TRANSPOSE { self == .asStored ? CblasNoTrans : CblasTrans }
}

/// A dimension as LAPACK counts it. A value above 2³¹ − 1 ends the program.
func blasInt(_ value: Int) -> Int32 { Int32(value) }

/// A negative `info` means that an argument is wrong: a mistake of this program, not of the input.
func require(_ info: Int32, _ routine: String) {
  precondition(info == 0, "LAPACK \(routine) refused argument \(-info)")
}

/// A positive `info` means that an iteration did not end.
func converged(
  _ info: Int32, _ routine: String, _ rows: Int, _ columns: Int
) throws(LinearAlgebraError) {
  precondition(info >= 0, "LAPACK \(routine) refused argument \(-info)")
  if info > 0 { throw .notConverged(routine: routine, rows: rows, columns: columns) }
}
