import COpenBLAS

/// The LAPACK routines that ``PanelQR`` is built on. They compute in place, and every matrix is stored column after
/// column. Unlike those of ``DenseRoutines`` they do not check their numbers: the sum of many panels is checked once.
enum PanelRoutines {
  /// How many columns are reflected at once; 32 is LAPACK's own choice for a QR factorisation.
  static let block = 32

  /// Replaces a square matrix A = QR by R, and C by QᵀC.
  static func begin(
    _ square: inout [Double], size: Int, image: inout [Double], width: Int
  ) throws(LinearAlgebraError) {
    let order = blasInt(size)
    var factors = [Double](repeating: 0, count: size)
    require(
      unsafe LAPACKE_dgeqrf(LAPACK_COL_MAJOR, order, order, &square, order, &factors), "geqrf")
    try DenseRoutines.checkRange(square, "geqrf", size, size)
    if width > 0 {
      require(
        unsafe LAPACKE_dormqr(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), CChar(UInt8(ascii: "T")), order,
          blasInt(width), order, square, order, factors, &image, order), "ormqr")
    }
    // The reflections are stored below the diagonal of R.
    for column in 0..<size {
      for row in column + 1..<max(size, column + 1) { square[column * size + row] = 0 }
    }
  }

  /// Replaces R by that of [R; P] = QR, and C by the upper part of Qᵀ[C; D]; P and D are destroyed.
  /// - Parameter length: How many rows P and D have.
  static func add(
    _ panel: inout [Double], length: Int, to upper: inout [Double], size: Int,
    companion: inout [Double], image: inout [Double], width: Int
  ) {
    let (rows, order, columns) = (blasInt(length), blasInt(size), blasInt(width))
    let block = blasInt(min(block, size))
    var reflectors = [Double](repeating: 0, count: Int(block) * size)
    var work = [Double](repeating: 0, count: Int(block) * max(size, width))
    require(
      unsafe LAPACKE_dtpqrt_work(
        LAPACK_COL_MAJOR, rows, order, 0, block, &upper, order, &panel, rows, &reflectors, block,
        &work), "tpqrt")
    guard width > 0 else { return }
    require(
      unsafe LAPACKE_dtpmqrt_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), CChar(UInt8(ascii: "T")), rows, columns, order,
        0, block, panel, rows, reflectors, block, &image, order, &companion, rows, &work), "tpmqrt")
  }
}
