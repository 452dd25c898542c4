/// A row-major matrix inside a ``Storage``, which it keeps alive. Training computes with views, so that a
/// step allocates nothing.
///
/// A copy of a view refers to the same numbers. Every operation checks shapes. Two views passed to one
/// operation may overlap only where the operation says so.
@safe package struct MatrixView<Element: DenseScalar> {
  package let storage: Storage<Element>
  package let offset: Int
  package let rows: Int
  package let columns: Int
  /// The distance from one row to the next, in numbers.
  package let stride: Int

  @inlinable
  package init(storage: Storage<Element>, offset: Int, rows: Int, columns: Int, stride: Int) {
    precondition(
      offset >= 0 && rows >= 0 && columns >= 0 && stride >= columns
        && (rows == 0 || offset + (rows - 1) * stride + columns <= storage.count),
      "a view of \(rows)×\(columns) at \(offset) leaves its storage of \(storage.count)")
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A view of zeros in a storage of its own.
  @inlinable
  package init(rows: Int, columns: Int) {
    self.init(
      storage: Storage(count: rows * columns), offset: 0, rows: rows, columns: columns,
      stride: columns)
  }

  /// A copy of a matrix, in a storage of its own.
  package init(_ matrix: Matrix) {
    self.init(rows: matrix.rows, columns: matrix.columns)
    set(matrix)
  }

  /// The address of the first number; valid while the view exists.
  @inlinable
  @unsafe package var start: UnsafeMutablePointer<Element> { unsafe storage.start + offset }

  @inlinable
  package var count: Int { rows * columns }
  /// Whether the rows follow each other without a gap.
  @inlinable
  package var isContiguous: Bool { stride == columns || rows <= 1 }

  @inlinable
  package subscript(row: Int, column: Int) -> Element {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return unsafe start[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      unsafe start[row * stride + column] = newValue
    }
  }

  /// Some of the rows.
  @inlinable
  package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows outside the view")
    return MatrixView(
      storage: storage, offset: offset + range.lowerBound * stride, rows: range.count,
      columns: columns, stride: stride)
  }

  /// Some of the columns.
  @inlinable
  package func columns(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns outside the view")
    return MatrixView(
      storage: storage, offset: offset + range.lowerBound, rows: rows, columns: range.count,
      stride: stride)
  }

  /// The same numbers in another shape.
  @inlinable
  package func reshaped(rows: Int, columns: Int) -> MatrixView {
    precondition(isContiguous && rows * columns == count, "only whole blocks change their shape")
    return MatrixView(
      storage: storage, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// The numbers, row after row.
  package var values: [Element] {
    var result = [Element]()
    result.reserveCapacity(count)
    for row in 0..<rows {
      unsafe result.append(
        contentsOf: UnsafeBufferPointer(start: start + row * stride, count: columns))
    }
    return result
  }

  /// A copy of the numbers as a ``Matrix``, in double precision.
  package var matrix: Matrix {
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    get { Matrix(rows: rows, columns: columns, values: values.map(Double.init)) }
  }
}

extension MatrixView {
  /// The same numbers in a storage of their own.
  package func copied() -> MatrixView {
    let result = MatrixView(rows: rows, columns: columns)
    result.copy(self)
    return result
  }

  /// Copies the numbers of a matrix of the same shape into this view.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  package func set(_ matrix: Matrix) {
    precondition(matrix.rows == rows && matrix.columns == columns, "another shape")
    for row in 0..<rows {
      for column in 0..<columns {
        unsafe start[row * stride + column] = Element(matrix[row, column])
      }
    }
  }

  /// Copies the numbers of a view of the same shape into this one.
  @inlinable
  package func copy(_ other: MatrixView) {
    precondition(other.rows == rows && other.columns == columns, "another shape")
    for row in 0..<rows {
      unsafe (start + row * stride).update(from: other.start + row * other.stride, count: columns)
    }
  }

  /// Copies the transpose of a view into this one.
  @specialized(where Element == Float)
  package func copyTransposed(_ other: MatrixView) {
    precondition(other.columns == rows && other.rows == columns, "another shape")
    let (to, from) = unsafe (start, other.start)
    for row in 0..<rows {
      for column in 0..<columns {
        unsafe to[row * stride + column] = from[column * other.stride + row]
      }
    }
  }

  @inlinable
  package func fill(_ value: Element) {
    if value == 0, isContiguous {
      unsafe UnsafeMutableRawPointer(start).initializeMemory(
        as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
    } else {
      for row in 0..<rows { unsafe (start + row * stride).update(repeating: value, count: columns) }
    }
  }

  /// C ← β·C + α·op(A)·op(B); β is `keeping`, α is `scale`.
  /// - Complexity: 2 · rows · columns · inner operations, at the speed of gemm.
  @inlinable
  package func multiply(
    _ left: MatrixView, _ leftOrientation: Orientation, _ right: MatrixView,
    _ rightOrientation: Orientation = .asStored, scale: Element = 1, keeping: Element = 0
  ) {
    let inner = leftOrientation == .asStored ? left.columns : left.rows
    precondition(
      rows == (leftOrientation == .asStored ? left.rows : left.columns)
        && columns == (rightOrientation == .asStored ? right.columns : right.rows)
        && inner == (rightOrientation == .asStored ? right.rows : right.columns),
      "the shapes of a product do not fit")
    guard rows > 0, columns > 0 else { return }
    unsafe Element.multiply(
      rows: rows, columns: columns, inner: inner, scale: scale, left.start,
      leftStride: max(left.stride, 1), leftOrientation, right.start,
      rightStride: max(right.stride, 1), rightOrientation, keeping: keeping, start,
      resultStride: max(stride, 1))
  }

  /// C ← β·C + α·A·op(B).
  @inlinable
  package func multiply(
    _ left: MatrixView, _ right: MatrixView, _ rightOrientation: Orientation = .asStored,
    scale: Element = 1, keeping: Element = 0
  ) {
    multiply(left, .asStored, right, rightOrientation, scale: scale, keeping: keeping)
  }

  /// C ← C + α·A.
  @inlinable
  package func add(_ other: MatrixView, scale: Element = 1) {
    precondition(other.rows == rows && other.columns == columns, "another shape")
    if isContiguous, other.isContiguous {
      unsafe Element.addScaled(count, scale, other.start, start)
    } else {
      for row in 0..<rows {
        unsafe Element.addScaled(
          columns, scale, other.start + row * other.stride, start + row * stride)
      }
    }
  }

  /// C ← α·C.
  @inlinable
  package func scale(by factor: Element) {
    if isContiguous {
      unsafe Element.scale(count, factor, start)
    } else {
      for row in 0..<rows { unsafe Element.scale(columns, factor, start + row * stride) }
    }
  }

  /// Σᵢⱼ aᵢⱼ bᵢⱼ, each row in the element's precision, the rows in double.
  @inlinable
  package func dot(_ other: MatrixView) -> Double {
    precondition(other.rows == rows && other.columns == columns, "another shape")
    var sum = 0.0
    for row in 0..<rows {
      sum += Double(
        unsafe Element.dot(columns, start + row * stride, other.start + row * other.stride))
    }
    return sum
  }
}
