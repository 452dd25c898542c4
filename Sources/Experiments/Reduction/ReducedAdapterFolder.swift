package import Adapters
package import Checkpoints
import Documents
import Updates

extension Reducer.Outcome {
  /// Writes the files of the adapter's folder.
  /// - Parameters:
  ///   - work: Whose files become the folder when it is published.
  ///   - format: The family of names.
  ///   - prefix: What its names begin with; nil for the usual.
  ///   - type: The type of factors, and of whole tensors if the user has said it; these else keep their own.
  ///   - card: The text of README.md.
  /// - Throws: `AdapterFormatError`, `OutputError`; what reading whole tensors throws.
  package func write(
    into work: PartialWork, format: any AdapterFormat.Type, prefix: String?, type: DataType?,
    card: String
  ) throws {
    let contents = try format.contents(
      of: adapter, prefix: prefix ?? format.defaultPrefix ?? "")
    let tensors = contents.tensors.map { tensor in
      SafetensorsShard.Tensor(
        name: tensor.name, dataType: dataType(of: tensor, type), shape: tensor.shape)
    }
    try work.clearFiles()
    let shard = try SafetensorsShard(
      path: "\(work.files)/\(contents.weightsName)", tensors: tensors,
      metadata: contents.metadata)
    for (tensor, description) in zip(contents.tensors, tensors) {
      try write(tensor, as: description, to: shard)
    }
    if let configuration = contents.configuration {
      try work.write(Array(configuration.page.utf8), to: "adapter_config.json")
    }
    try work.write(Array(card.utf8), to: "README.md")
  }

  private func dataType(
    of tensor: AdapterFileContents.NamedTensor, _ type: DataType?
  ) -> DataType {
    switch tensor.content {
    case .whole(let position): type ?? whole[position].dataType
    // An alpha is one number, which must stay what it is.
    case .values: tensor.shape.isEmpty ? .float32 : type ?? .float32
    }
  }

  private func write(
    _ tensor: AdapterFileContents.NamedTensor, as description: SafetensorsShard.Tensor,
    to shard: SafetensorsShard
  ) throws {
    var position = 0
    func append(_ values: [Double]) throws {
      let rounded = description.dataType.rounded(values)
      guard rounded.allSatisfy(\.isFinite) || !values.allSatisfy(\.isFinite) else {
        throw ReductionError.overflow(tensor: tensor.name, type: description.dataType.name)
      }
      let bytes = description.dataType.bytes(of: rounded)
      try shard.write(bytes, of: tensor.name, at: position)
      position += bytes.count
    }
    switch tensor.content {
    case .values(let values): try append(values)
    case .whole(let index): try whole[index].forEachBlock(append)
    }
  }
}
