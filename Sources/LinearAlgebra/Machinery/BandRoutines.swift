import COpenBLAS

/// The routines of the reduction in two stages: a symmetric matrix to a band, and the reflections that chase the band to
/// a tridiagonal matrix.
///
/// A band has its diagonal and the `width` diagonals below, column after column. In a store with `stride` numbers a
/// column, entry (i, j) is number i + j · (stride − 1): BLAS takes a block of it for a dense one with that leading
/// dimension.
enum BandRoutines {
  /// A = Q B Qᵀ: the band B with `width + 1` numbers a column, and Q as reflections, which replace what lies below the
  /// band of the matrix.
  static func reduce(
    _ matrix: inout [Double], size: Int, width: Int
  ) throws(LinearAlgebraError) -> (band: [Double], factors: [Double]) {
    var (order, below, stride) = (blasInt(size), blasInt(width), blasInt(width + 1))
    var lower = CChar(UInt8(ascii: "L"))
    var band = [Double](repeating: 0, count: (width + 1) * size)
    var factors = [Double](repeating: 0, count: max(size - width, 1))
    var (info, length): (Int32, Int32) = (0, -1)
    var wanted = [0.0]
    unsafe dsytrd_sy2sb_(
      &lower, &order, &below, &matrix, &order, &band, &stride, &factors, &wanted, &length, &info, 1)
    require(info, "sytrd_sy2sb")
    length = Int32(wanted[0])
    var work = [Double](repeating: 0, count: Int(length))
    unsafe dsytrd_sy2sb_(
      &lower, &order, &below, &matrix, &order, &band, &stride, &factors, &work, &length, &info, 1)
    require(info, "sytrd_sy2sb")
    try DenseRoutines.checkRange(band, "sytrd_sy2sb", size, size)
    return (band, factors)
  }

  /// Replaces rows y by Q y, or rows x by Qᵀ x, with Q as ``reduce(_:size:width:)`` leaves it.
  static func apply(
    _ orientation: Orientation, to rows: inout [Double], count: Int, reflections: [Double],
    factors: [Double], size: Int, width: Int
  ) {
    guard size > width, count > 0 else { return }
    let reflected = blasInt(size - width)
    unsafe reflections.withUnsafeBufferPointer { reflections in
      unsafe rows.withUnsafeMutableBufferPointer { rows in
        // The first `width` coordinates stay; the reflections begin in as many rows below the first.
        require(
          unsafe LAPACKE_dormqr(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")),
            CChar(UInt8(ascii: orientation == .asStored ? "N" : "T")), reflected, blasInt(count),
            reflected, reflections.baseAddress! + width, blasInt(size), factors,
            rows.baseAddress! + width, blasInt(size)), "ormqr")
      }
    }
  }

  /// The reflection H = 1 − τ v vᵀ that maps a column of numbers to a multiple of the first unit vector; puts v, which
  /// begins with 1, into `vector`, its image into the column, and returns τ.
  static func reflection(
    of column: UnsafeMutablePointer<Double>, length: Int, into vector: UnsafeMutablePointer<Double>
  ) -> Double {
    var factor = 0.0
    unsafe require(
      LAPACKE_dlarfg_work(blasInt(length), column, column + 1, 1, &factor), "larfg")
    unsafe vector[0] = 1
    for index in 1..<max(length, 1) {
      unsafe vector[index] = column[index]
      unsafe column[index] = 0
    }
    return factor
  }

  /// D ← H D H for a symmetric block of which the lower triangle is stored; `work` holds `length` numbers.
  static func reflectBothSides(
    of block: UnsafeMutablePointer<Double>, length: Int, stride: Int,
    _ vector: UnsafePointer<Double>, _ factor: Double, work: UnsafeMutablePointer<Double>
  ) {
    unsafe multiply(block, length: length, leading: stride - 1, vector, into: work)
    let overlap = unsafe cblas_ddot(blasInt(length), work, 1, vector, 1)
    for index in 0..<length {
      unsafe work[index] = factor * (work[index] - factor / 2 * overlap * vector[index])
    }
    unsafe cblas_dsyr2(
      CblasColMajor, CblasLower, blasInt(length), -1, vector, 1, work, 1, block,
      blasInt(stride - 1))
  }

  /// w ← D v for a symmetric block of which the lower triangle is stored. BLAS would share even so small a block among all
  /// threads that it may use.
  private static func multiply(
    _ block: UnsafePointer<Double>, length: Int, leading: Int, _ vector: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
  ) {
    unsafe result.update(repeating: 0, count: length)
    for index in 0..<length {
      let column = unsafe block + index * leading
      let factor = unsafe vector[index]
      var sums = SIMD8<Double>.zero
      var row = index + 1
      while row + 8 <= length {
        let entries = unsafe UnsafeRawPointer(column + row).loadUnaligned(as: SIMD8<Double>.self)
        let numbers = unsafe UnsafeRawPointer(vector + row).loadUnaligned(as: SIMD8<Double>.self)
        let target = unsafe UnsafeMutableRawPointer(result + row)
        unsafe target.storeBytes(
          of: target.loadUnaligned(as: SIMD8<Double>.self) + entries * factor,
          as: SIMD8<Double>.self)
        sums += entries * numbers
        row += 8
      }
      var sum = unsafe sums.sum() + column[index] * factor
      while row < length {
        unsafe result[row] += column[row] * factor
        unsafe sum += column[row] * vector[row]
        row += 1
      }
      unsafe result[index] += sum
    }
  }

  /// M ← M H for a block of `rows` rows.
  static func reflectColumns(
    of block: UnsafeMutablePointer<Double>, rows: Int, length: Int, stride: Int,
    _ vector: UnsafePointer<Double>, _ factor: Double, work: UnsafeMutablePointer<Double>
  ) {
    let (rows, length, stride) = (blasInt(rows), blasInt(length), blasInt(stride - 1))
    unsafe cblas_dgemv(
      CblasColMajor, CblasNoTrans, rows, length, 1, block, stride, vector, 1, 0, work, 1)
    unsafe cblas_dger(CblasColMajor, rows, length, -factor, work, 1, vector, 1, block, stride)
  }

  /// M ← H M for a block of `columns` columns with `leading` numbers from one column to the next.
  static func reflectRows(
    of block: UnsafeMutablePointer<Double>, length: Int, columns: Int, leading: Int,
    _ vector: UnsafePointer<Double>, _ factor: Double, work: UnsafeMutablePointer<Double>
  ) {
    let (length, columns, leading) = (blasInt(length), blasInt(columns), blasInt(leading))
    unsafe cblas_dgemv(
      CblasColMajor, CblasTrans, length, columns, 1, block, leading, vector, 1, 0, work, 1)
    unsafe cblas_dger(CblasColMajor, length, columns, -factor, vector, 1, work, 1, block, leading)
  }
}
