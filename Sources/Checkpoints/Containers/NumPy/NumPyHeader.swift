/// The header of a NumPy array.
///
///     "\x93NUMPY", version    6 + 2 bytes
///     N                       the length of the text; 2 bytes in version 1, 4 in 2 and 3
///     N bytes                 {'descr': '<f4', 'fortran_order': False, 'shape': (64, 32), }
///     the rest                the elements
struct NumPyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  let dataType: DataType
  let shape: TensorShape
  let layout: StoredLayout
  /// Where the elements begin, from the start of the file.
  let dataBegin: Int

  private static let types: [String: DataType] = [
    "|b1": .boolean, "|u1": .uint8, "|i1": .int8, "<u2": .uint16, "<i2": .int16, "<u4": .uint32,
    "<i4": .int32, "<u8": .uint64, "<i8": .int64, "<f2": .float16, "<f4": .float32, "<f8": .float64,
    "<c8": .complex64,
  ]

  init(reading file: OpenFile, range: Range<Int>, name: String) throws(CheckpointError) {
    var cursor = FileCursor(file, format: "NumPy", range: range)
    let field = "the header of '\(name)'"
    guard try cursor.bytes(6, field) == Self.magic else {
      throw cursor.damaged("member '\(name)' is no array")
    }
    let version = try cursor.byte(field)
    try cursor.skip(1, field)
    let length =
      version == 1
      ? Int(try cursor.integer(UInt16.self, field)) : Int(try cursor.integer(UInt32.self, field))
    // A header of more than this holds a record of many fields, which is no tensor.
    if length > 1 << 16 { throw cursor.damaged("\(field) is \(length) bytes long") }
    let text = String(decoding: try cursor.bytes(length, field), as: UTF8.self)
    guard let parts = text.wholeMatch(of: Self.pattern),
      let dimensions = Self.dimensions(parts.output.3)
    else {
      throw .notRead(
        file: file.path, found: "array '\(name)' is described as \(text.prefix(80))",
        remedy: "save arrays of numbers")
    }
    guard let type = Self.types[String(parts.output.1)] else {
      throw .notRead(
        file: file.path, found: "array '\(name)' is of NumPy's type '\(parts.output.1)'",
        remedy: "save it as float32: array.astype('<f4')")
    }
    dataType = type
    do {
      shape = try TensorShape(dimensions, of: type)
    } catch {
      throw cursor.damaged("array '\(name)' of shape \(dimensions.asShape) is too large to count")
    }
    if shape.byteCount != cursor.remaining {
      throw cursor.damaged(
        "array '\(name)' of shape \(dimensions.asShape) needs \(shape.byteCount) bytes, "
          + "\(cursor.remaining) are there")
    }
    layout = parts.output.2 == "True" ? StoredLayout(columnMajor: dimensions) : .rowMajor
    dataBegin = cursor.position
  }

  private static var pattern: Regex<(Substring, Substring, Substring, Substring)> {
    /\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), *\} *\n?/
  }

  private static func dimensions(_ text: Substring) -> [Int]? {
    let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    let numbers = parts.compactMap { Int($0) }
    return numbers.count == parts.count ? numbers : nil
  }
}

extension StoredLayout {
  /// The first dimension is the fastest.
  /// - Precondition: The product of the dimensions does not overflow.
  init(columnMajor dimensions: [Int]) {
    var stride = 1
    self.init(
      dimensions.map { count in
        defer { stride *= max(count, 1) }
        return Axis(count: count, stride: stride)
      })
  }
}
