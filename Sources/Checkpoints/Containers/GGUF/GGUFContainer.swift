import Documents

/// Models that llama.cpp runs. Their tensors come under the names, and in the order of elements, of the model's own
/// library, so that an adapter of that library finds its weights.
enum GGUFContainer: TensorContainer {
  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool {
    try file.begins(with: GGUFHeader.magic)
  }

  /// The files are the parts of one model, whose metadata are in the first.
  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    var headers: [(file: OpenFile, header: GGUFHeader)] = []
    for file in files { headers.append((file, try GGUFHeader(reading: file))) }
    let first = headers[0].header
    let names = GGUFNames(first, tensors: headers.flatMap(\.header.tensors))
    var contents = ContainerContents(tensors: [], metadata: first.metadata.mapValues(\.description))
    var unnamed: [String] = []
    for (file, header) in headers {
      for tensor in header.tensors {
        if let known = try names?.descriptions(of: tensor, file: file.path) {
          contents.tensors += known
        } else {
          unnamed.append(tensor.name)
          contents.tensors.append(
            TensorDescription(
              name: tensor.name, dataType: tensor.dataType, shape: tensor.shape, file: file.path,
              byteOffset: tensor.byteOffset))
        }
      }
    }
    contents.configuration = names.map(configuration)
    if !unnamed.isEmpty { contents.notes = [note(unnamed.sorted(), names: names, first)] }
    return contents
  }

  private static func configuration(_ names: GGUFNames) -> JSONValue {
    .record([
      "model_type": .string(names.modelType), "tie_word_embeddings": .bool(names.isTied),
    ])
  }

  private static func note(_ unnamed: [String], names: GGUFNames?, _ header: GGUFHeader) -> String {
    if names != nil {
      let rest = unnamed.count > 3 ? " and \(unnamed.count - 3) more" : ""
      return
        "tensors that keep the names of the GGUF file, because no name of the model's library is known: "
        + unnamed.prefix(3).joined(separator: ", ") + rest
    }
    let architecture = header.metadata["general.architecture"]?.text ?? "no architecture"
    return "the names of the GGUF file are kept, because those of '\(architecture)' are not known"
  }
}
