/// Arrays that NumPy's `savez` put into one file, and that MLX writes.
///
///     NAME.npy     for each array: a header, then the elements
enum NumPyArchive: TensorContainer {
  private static let format = "NumPy"

  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool {
    guard try file.begins(with: ZipArchive.magic) else { return false }
    return try ZipArchive(reading: file, format: "zip").members.allSatisfy {
      $0.name.hasSuffix(".npy")
    }
  }

  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    try ContainerContents(joining: files) { (file) throws(CheckpointError) in
      let archive = try ZipArchive(reading: file, format: format)
      var tensors: [TensorDescription] = []
      for member in archive.members {
        guard let range = member.range else {
          throw .notRead(
            file: file.path, found: "array '\(member.name)' is compressed",
            remedy:
              "save it as it is: python -c \"import numpy as n; n.savez('OUT.npz', **n.load('FILE'))\""
          )
        }
        tensors.append(try tensor(member.name, range, of: file))
      }
      return ContainerContents(tensors: tensors)
    }
  }

  private static func tensor(
    _ member: String, _ range: Range<Int>, of file: OpenFile
  ) throws(CheckpointError) -> TensorDescription {
    let header = try NumPyHeader(reading: file, range: range, name: member)
    return TensorDescription(
      name: String(member.dropLast(".npy".count)), dataType: header.dataType, shape: header.shape,
      file: file.path, byteOffset: header.dataBegin, layout: header.layout)
  }
}
