/// The files that hold the weights of one model, found by their names.
enum WeightFiles {
  case file(String)
  /// All shards with names like this one, in a folder.
  case numbered(NumberedName, folder: String)
  /// The index of shards.
  case index(String)
  /// GGUF files of which it is not clear which one is meant.
  case several([String], folder: String)

  /// The beginnings and endings of names that trainers give to weights, the most usual first. Each may be one file, have
  /// an index, or be numbered: `model-00001-of-00002.safetensors`.
  private static let names = [
    ("model", ".safetensors"), ("pytorch_model", ".safetensors"), ("consolidated", ".safetensors"),
    ("diffusion_pytorch_model", ".safetensors"), ("diffusion_pytorch_model.fp16", ".safetensors"),
    ("diffusion_pytorch_model.bf16", ".safetensors"), ("pytorch_model", ".bin"),
    ("pytorch_model_fsdp", ".bin"), ("diffusion_pytorch_model", ".bin"), ("model", ".pt"),
    ("model", ".pth"), ("consolidated", ".pth"), ("consolidated.00", ".pth"), ("model", ".npz"),
    ("weights", ".npz"),
  ]

  /// The names in short, for messages.
  static let lookedFor = [
    "model.safetensors", "pytorch_model.bin", "*.gguf",
    "other usual names of weights, in one file or in shards",
  ]

  /// The weights in a folder; nil if there are none. Of several, those with the most usual name.
  static func find(in folder: String) throws(CheckpointError) -> WeightFiles? {
    let present = try FileSystem.names(in: folder)
    for (stem, ending) in names {
      if present.contains(stem + ending) {
        // One of several parallel parts, each with a piece of every weight.
        if stem == "consolidated.00", present.contains("consolidated.01.pth") { continue }
        return .file(FileSystem.join(folder, stem + ending))
      }
      if present.contains(stem + ending + indexEnding) {
        return .index(FileSystem.join(folder, stem + ending + indexEnding))
      }
      let numbered = present.compactMap(NumberedName.init).first {
        $0.stem == stem && $0.ending == ending
      }
      if let numbered { return .numbered(numbered, folder: folder) }
    }
    let models = present.filter { $0.hasSuffix(".gguf") }
    guard let first = models.first else { return nil }
    if let numbered = NumberedName(first),
      models.allSatisfy({ NumberedName($0)?.stem == numbered.stem })
    {
      return .numbered(numbered, folder: folder)
    }
    return models.count == 1
      ? .file(FileSystem.join(folder, first)) : .several(models, folder: folder)
  }

  /// Whether weights of a model usually have this name, alone or as one of several files.
  static func isUsual(_ name: String) -> Bool {
    let numbered = NumberedName(name)
    return names.contains { stem, ending in
      name == stem + ending || numbered.map { $0.stem == stem && $0.ending == ending } ?? false
    } || name.hasPrefix("consolidated.")
  }

  static let indexEnding = ".index.json"

  /// The weights that a file stands for: itself, the shards of an index, or all shards of which it is one.
  init(file path: String) {
    let name = FileSystem.lastComponent(of: path)
    if name.hasSuffix(Self.indexEnding) {
      self = .index(path)
    } else if let numbered = NumberedName(name), numbered.count > 1 {
      self = .numbered(numbered, folder: FileSystem.parent(of: path))
    } else {
      self = .file(path)
    }
  }
}

/// A model or an adapter that is given as one of its files.
package enum GivenFile {
  /// All files that are read with one: the shards of an index, or those that are numbered alike; and the settings beside
  /// them. The file itself is among them.
  /// - Throws: ``CheckpointError/numberedShardMissing(folder:shard:)``, what reading an index throws.
  package static func paths(readWith path: String) throws(CheckpointError) -> [String] {
    let folder = FileSystem.parent(of: path)
    let weights: [String] =
      switch WeightFiles(file: path) {
      case .numbered(let name, let folder): try name.all(in: folder)
      case .index(let index): try shards(of: index) + [index]
      case .file, .several: [path]
      }
    return weights + settings.map { FileSystem.join(folder, $0) }.filter(FileSystem.isFile)
  }

  private static func shards(of index: String) throws(CheckpointError) -> [String] {
    let folder = FileSystem.parent(of: index)
    return try ShardIndex(file: index).shards.map { FileSystem.join(folder, $0.file) }
  }

  /// The small files that say what weights mean.
  private static let settings = [AdapterFolder.configurationName] + ModelTexts.names
}

/// The name of a shard that says which one of how many it is: `model-00001-of-00002.safetensors`.
struct NumberedName: Sendable {
  let stem: String
  let count: Int
  let ending: String

  /// Nil for other names.
  init?(_ name: String) {
    guard let match = name.wholeMatch(of: /(.+)-(\d{5})-of-(\d{5})(\.[a-z]+)/),
      let number = Int(match.2), let count = Int(match.3), (1...max(count, 1)).contains(number)
    else { return nil }
    stem = String(match.1)
    self.count = count
    ending = String(match.4)
  }

  /// The paths of all shards.
  /// - Throws: ``CheckpointError/numberedShardMissing(folder:shard:)``.
  func all(in folder: String) throws(CheckpointError) -> [String] {
    let present = Set(try FileSystem.names(in: folder))
    var paths: [String] = []
    for number in 1...count {
      let name = "\(stem)-\(Self.digits(number))-of-\(Self.digits(count))\(ending)"
      if !present.contains(name) { throw .numberedShardMissing(folder: folder, shard: name) }
      paths.append(FileSystem.join(folder, name))
    }
    return paths
  }

  private static func digits(_ number: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }
}
