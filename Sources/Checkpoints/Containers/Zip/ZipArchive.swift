/// The directory of a zip archive whose members are stored as they are. PyTorch and NumPy write such archives.
///
///     members        for each: a local header, then its bytes
///     the directory  for each: sizes, name, where its local header begins
///     (ZIP64         the same numbers in eight bytes, where four are too few)
///     the end        where the directory begins and how many members it lists
struct ZipArchive {
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// A file inside the archive.
  struct Member {
    let name: String
    /// Where its bytes lie; nil if they are compressed or encrypted.
    let range: Range<Int>?
  }

  /// In the order of the directory; no name twice.
  let members: [Member]
  private let format: String

  /// - Parameter format: What the archive is, for messages.
  init(reading file: OpenFile, format: String) throws(CheckpointError) {
    self.format = format
    let directory = try Self.directory(of: file, format: format)
    var cursor = FileCursor(file, format: format, range: directory.range)
    var members: [Member] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let entry = try Entry(reading: &cursor)
      if !names.insert(entry.name).inserted {
        throw cursor.damaged("two members have the name '\(entry.name)'")
      }
      members.append(Member(name: entry.name, range: try entry.range(in: file, format: format)))
    }
    self.members = members
  }

  private struct Directory {
    let range: Range<Int>
    let count: Int
  }

  /// Finds the directory through the record at the end of the file, which a comment of up to 64 kB may follow.
  private static func directory(
    of file: OpenFile, format: String
  ) throws(CheckpointError) -> Directory {
    let tailSize = min(file.size, 22 + 0xFFFF)
    let tail = try file.bytes(at: file.size - tailSize, count: tailSize)
    let mark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    guard let place = tail.lastPlace(of: mark, followedBy: 22) else {
      throw .damaged(
        file: file.path, format: format, fault: "the directory at the end of the archive is missing"
      )
    }
    let endRecord = file.size - tailSize + place
    var cursor = FileCursor(file, format: format, range: endRecord + 10..<file.size)
    var count = UInt64(try cursor.integer(UInt16.self, "the end of the archive"))
    var size = UInt64(try cursor.integer(UInt32.self, "the end of the archive"))
    var begin = UInt64(try cursor.integer(UInt32.self, "the end of the archive"))
    if count == 0xFFFF || size == 0xFFFF_FFFF || begin == 0xFFFF_FFFF {
      (count, size, begin) = try wideNumbers(of: file, before: endRecord, format: format)
    }
    guard let first = Int(exactly: begin), let length = Int(exactly: size), first <= endRecord,
      length <= endRecord - first, let members = Int(exactly: count), members <= length / 46
    else {
      throw cursor.damaged("the directory of the archive lies outside the file")
    }
    return Directory(range: first..<first + length, count: members)
  }

  /// The numbers of the ZIP64 record, whose place is in the twenty bytes before the end record.
  private static func wideNumbers(
    of file: OpenFile, before endRecord: Int, format: String
  ) throws(CheckpointError) -> (count: UInt64, size: UInt64, begin: UInt64) {
    let field = "the ZIP64 record"
    var locator = FileCursor(
      file, format: format, range: max(0, endRecord - 20)..<endRecord)
    guard try locator.integer(UInt32.self, field) == 0x0706_4B50 else {
      throw locator.damaged("\(field) is missing")
    }
    try locator.skip(4, field)
    let place = try locator.integer(UInt64.self, field)
    guard let begin = Int(exactly: place), begin <= endRecord else {
      throw locator.damaged("\(field) lies outside the file")
    }
    var cursor = FileCursor(file, format: format, range: begin..<endRecord)
    guard try cursor.integer(UInt32.self, field) == 0x0606_4B50 else {
      throw cursor.damaged("\(field) is missing")
    }
    try cursor.skip(28, field)
    return (
      try cursor.integer(UInt64.self, field), try cursor.integer(UInt64.self, field),
      try cursor.integer(UInt64.self, field)
    )
  }

  /// A member as the directory describes it.
  private struct Entry {
    let name: String
    private let isPlain: Bool
    private let storedSize: UInt64
    private let header: UInt64

    init(reading cursor: inout FileCursor) throws(CheckpointError) {
      let field = "the directory of the archive"
      guard try cursor.integer(UInt32.self, field) == 0x0201_4B50 else {
        throw cursor.damaged("a member of the directory does not begin with its mark")
      }
      try cursor.skip(4, field)
      let flags = try cursor.integer(UInt16.self, field)
      let method = try cursor.integer(UInt16.self, field)
      try cursor.skip(8, field)
      var stored = UInt64(try cursor.integer(UInt32.self, field))
      var size = UInt64(try cursor.integer(UInt32.self, field))
      let nameLength = Int(try cursor.integer(UInt16.self, field))
      let extraLength = Int(try cursor.integer(UInt16.self, field))
      let commentLength = Int(try cursor.integer(UInt16.self, field))
      try cursor.skip(8, field)
      var header = UInt64(try cursor.integer(UInt32.self, field))
      name = String(decoding: try cursor.bytes(nameLength, field), as: UTF8.self)
      let extra = try cursor.bytes(extraLength, field)
      try cursor.skip(commentLength, field)
      // The wide numbers come in this order, and only those that are needed.
      var wide = Self.wideNumbers(in: extra)
      if size == 0xFFFF_FFFF { size = wide.popFirst() ?? size }
      if stored == 0xFFFF_FFFF { stored = wide.popFirst() ?? stored }
      if header == 0xFFFF_FFFF { header = wide.popFirst() ?? header }
      storedSize = stored
      self.header = header
      isPlain = method == 0 && flags & 1 == 0 && stored == size
    }

    private static func wideNumbers(in extra: [UInt8]) -> ArraySlice<UInt64> {
      var rest = extra[...]
      while rest.count >= 4 {
        let header = Array(rest.prefix(4))
        let (kind, length) = (
          Int(header[0]) | Int(header[1]) << 8, Int(header[2]) | Int(header[3]) << 8
        )
        rest = rest.dropFirst(4)
        if kind == 1 {
          let bytes = Array(rest.prefix(length))
          return stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { start in
            bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          }[...]
        }
        rest = rest.dropFirst(length)
      }
      return []
    }

    /// Where the bytes lie: after the local header, whose name and extra field may differ in length.
    func range(in file: OpenFile, format: String) throws(CheckpointError) -> Range<Int>? {
      if !isPlain { return nil }
      guard let begin = Int(exactly: header), let length = Int(exactly: storedSize),
        begin <= file.size
      else {
        throw .damaged(
          file: file.path, format: format, fault: "member '\(name)' lies outside the file")
      }
      var cursor = FileCursor(file, format: format, range: begin..<file.size)
      let field = "the header of '\(name)'"
      guard try cursor.integer(UInt32.self, field) == 0x0403_4B50 else {
        throw cursor.damaged("member '\(name)' does not begin with its mark")
      }
      try cursor.skip(22, field)
      let nameLength = Int(try cursor.integer(UInt16.self, field))
      let extraLength = Int(try cursor.integer(UInt16.self, field))
      try cursor.skip(nameLength + extraLength, field)
      if length > cursor.remaining {
        throw cursor.damaged("member '\(name)' ends outside the file")
      }
      return cursor.position..<cursor.position + length
    }
  }
}

extension [UInt8] {
  /// The last place of a mark after which at least so many bytes follow, the mark included.
  fileprivate func lastPlace(of mark: [UInt8], followedBy count: Int) -> Int? {
    guard self.count >= count else { return nil }
    return (0...self.count - count).last { self[$0..<$0 + mark.count].elementsEqual(mark) }
  }
}
