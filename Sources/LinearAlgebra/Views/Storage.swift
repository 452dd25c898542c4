#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers at a fixed place in memory: allocated once, aligned to a cache line, used through views.
///
/// A class, because views share the memory. Not `Sendable`: code that divides a storage among threads gives
/// each thread views of its own part.
@safe package final class Storage<Element: DenseScalar> {
  /// How many numbers there are.
  package let count: Int
  @unsafe package let start: UnsafeMutablePointer<Element>

  /// Zeros.
  package convenience init(count: Int) {
    self.init(unspecified: count)
    unsafe memset(start, 0, count * MemoryLayout<Element>.stride)
  }

  /// Numbers that the caller writes before it reads them.
  package init(unspecified count: Int) {
    precondition(count >= 0, "a storage has no negative size")
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe start = raw.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  package convenience init(_ values: [Element]) {
    self.init(count: values.count)
    unsafe start.update(from: values, count: values.count)
  }

  deinit { unsafe UnsafeMutableRawPointer(start).deallocate() }

  /// The numbers as an array.
  package var values: [Element] {
    get { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
    set {
      precondition(newValue.count == count, "a storage keeps its size")
      for (index, value) in newValue.enumerated() { unsafe start[index] = value }
    }
  }

  /// A part as a row-major matrix.
  @inlinable
  package func view(at offset: Int = 0, rows: Int, columns: Int) -> MatrixView<Element> {
    MatrixView(storage: self, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// A part as a row vector.
  @inlinable
  package func view(at offset: Int = 0, count: Int) -> MatrixView<Element> {
    view(at: offset, rows: 1, columns: count)
  }
}

/// Memory that routines borrow for intermediate matrices. It grows to the largest need and stays, so that a
/// step allocates nothing.
///
/// Not for two threads at once: each thread has its own.
package final class Workspace<Element: DenseScalar> {
  private var storage: Storage<Element>
  private var used = 0

  package init(count: Int = 0) { storage = Storage(unspecified: count) }

  /// Lends matrices for the length of a call; their first contents are unspecified. Calls may be nested.
  @specialized(where Element == Float, Result == Void)
  package func lending<Result>(
    _ shapes: [(rows: Int, columns: Int)], _ body: ([MatrixView<Element>]) throws -> Result
  ) rethrows -> Result {
    // Each begins on a cache line.
    let sizes = shapes.map { ($0.rows * $0.columns + 15) / 16 * 16 }
    let needed = used + sizes.reduce(0, +)
    // Views that were lent earlier keep the old storage alive.
    if needed > storage.count { storage = Storage(unspecified: max(needed, 2 * storage.count)) }
    let before = used
    defer { used = before }
    let views = zip(shapes, sizes).map { shape, size in
      defer { used += size }
      return storage.view(at: used, rows: shape.rows, columns: shape.columns)
    }
    return try body(views)
  }
}
