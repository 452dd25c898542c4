import Checkpoints
import Documents
import Foundation

/// The files beside a model's weights, which a merged checkpoint takes over: configuration, tokenizer, templates, license.
struct SideFiles {
  /// A file that is copied, or whose text was changed.
  struct File {
    let name: String
    fileprivate let path: String
    fileprivate let text: String?

    /// What to write.
    /// - Throws: What reading throws; only regular files are read.
    func bytes() throws -> [UInt8] {
      if let text { return Array(text.utf8) }
      return try TextFile.bytes(of: path)
    }
  }

  let files: [File]

  /// - Parameter type: If it is given, `config.json` names it in place of the base's.
  init(of base: ModelFolder, type: DataType?) throws {
    let folder =
      Self.isFolder(base.path)
      ? base.path : URL(fileURLWithPath: base.path).deletingLastPathComponent().path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    files = names.compactMap { name in
      let path = "\(folder)/\(name)"
      guard Self.isCarried(name), !Self.isFolder(path) else { return nil }
      let text = name == "config.json" ? type.flatMap { base.configuration(in: $0) } : nil
      return File(name: name, path: path, text: text)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Whether a file belongs to the model and holds no weights: one of a kind that tokenizers, configurations and licenses
  /// have.
  private static func isCarried(_ name: String) -> Bool {
    if name.hasPrefix(".") || foreign.contains(name) || name.hasSuffix(".index.json") {
      return false
    }
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    return !name.contains(".") || endings.contains(ending)
  }

  private static let endings: Set<String> = [
    "json", "jinja", "model", "tiktoken", "txt", "py", "jsonl", "md",
  ]
  /// What says how something else was made.
  private static let foreign: Set<String> = [
    "README.md", "adapter_config.json", "trainer_state.json", "all_results.json",
    "train_results.json", "eval_results.json", "run.json",
  ]
}

extension ModelFolder {
  /// `config.json` with another type of its weights; nil if it names none.
  fileprivate func configuration(in type: DataType) -> String? {
    let names: [DataType: String] = [
      .float64: "float64", .float32: "float32", .float16: "float16", .bfloat16: "bfloat16",
    ]
    guard let name = names[type], !configuration.members.isEmpty else { return nil }
    return JSONValue.object(
      configuration.members.map { member in
        ["dtype", "torch_dtype"].contains(member.key)
          ? JSONValue.Member(key: member.key, value: .string(name)) : member
      }
    ).page
  }
}
