#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers in memory of a fixed place: allocated once, aligned to a cache line, lent as views.
///
/// A class, because views share what they look at: that is their use. Not `Sendable`; whoever divides
/// a storage among threads gives each of them views of its own part.
@safe public final class Storage<Element: DenseScalar> {
  /// How many numbers there are.
  public let count: Int
  @unsafe public let start: UnsafeMutablePointer<Element>

  /// Zeros.
  public init(count: Int) {
    precondition(count >= 0, "a storage has no negative size")
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe memset(raw, 0, bytes)
    unsafe start = raw.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  public convenience init(_ values: some Collection<Element>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { unsafe start[index] = value }
  }

  deinit { unsafe UnsafeMutableRawPointer(start).deallocate() }

  /// The numbers as an array.
  public var values: [Element] {
    get { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
    set {
      precondition(newValue.count == count, "a storage keeps its size")
      for (index, value) in newValue.enumerated() { unsafe start[index] = value }
    }
  }

  /// A part as a row-major matrix.
  @inlinable
  public func view(at offset: Int = 0, rows: Int, columns: Int) -> MatrixView<Element> {
    MatrixView(storage: self, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// A part as a row vector.
  @inlinable
  public func view(at offset: Int = 0, count: Int) -> MatrixView<Element> {
    view(at: offset, rows: 1, columns: count)
  }
}
