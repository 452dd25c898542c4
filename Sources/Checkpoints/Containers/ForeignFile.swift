/// Files that are often given in place of weights, recognised by how they begin.
enum ForeignFile {
  /// What a file is that no container recognises; nil if it is none of these either.
  static func fault(of file: OpenFile) throws(CheckpointError) -> CheckpointError? {
    let beginning = try file.bytes(at: 0, count: min(file.size, pointerBeginning.utf8.count))
    if beginning.elementsEqual(pointerBeginning.utf8) { return .pointerForWeights(file: file.path) }
    if archiveMarks.contains(where: { beginning.starts(with: $0) }) {
      return .archiveForWeights(file: file.path)
    }
    let end = tarPlace + tarMark.utf8.count
    if file.size >= end,
      try file.bytes(at: tarPlace, count: tarMark.utf8.count).elementsEqual(tarMark.utf8)
    {
      return .archiveForWeights(file: file.path)
    }
    let isText = beginning.allSatisfy { (0x20..<0x7f).contains($0) || (0x09...0x0d).contains($0) }
    return isText ? .textForWeights(file: file.path) : nil
  }

  private static let pointerBeginning = "version https://git-lfs.github.com/spec/"

  /// Of zip, gzip, bzip2, xz, Zstandard and 7-Zip. PyTorch's and NumPy's zip archives are known by their members before.
  private static let archiveMarks: [[UInt8]] = [
    ZipArchive.magic, [0x1f, 0x8b, 0x08], Array("BZh".utf8), [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    [0x28, 0xb5, 0x2f, 0xfd], [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
  ]

  private static let tarPlace = 257
  private static let tarMark = "ustar"
}
