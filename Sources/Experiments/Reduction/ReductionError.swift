import Documents

/// Why no LoRA can be made.
package enum ReductionError: BadInput, Equatable {
  /// Another kind of checkpoint is needed.
  case notAModel(path: String)
  case notAnAdapter(path: String)
  /// A path holds several runs, of which one is wanted.
  case severalRuns(path: String, names: [String])
  /// No parameter is known on which PEFT could put LoRA of these parts of a stacked tensor.
  case fused(modules: [String])
  /// The number of tokens differs from that of the base.
  case vocabularyResized(module: String, checkpoint: Int)
  /// Whether the module is a convolution is not known without its base.
  case kindNeedsBase(module: String)
  /// A value of a vector is not known without the base.
  case vectorNeedsBase(name: String)
  /// No LoRA below half of the full rank holds the update.
  case fullRank(module: String, rank: Int, full: Int)
  /// The update of a module holds NaN or infinity.
  case notFinite(module: String)
  /// A number of a tensor is too large for the type.
  case overflow(tensor: String, type: String)
  /// The tied head of this architecture has no known name.
  case unknownHead(embedding: String, architecture: String)
  /// A text can only be read by the base with the update.
  case textNeedsBase
  case emptyText(file: String)
  /// The checkpoint changes tensors that the decoder does not have.
  case foreignTensors(checkpoint: String)
  /// Nothing is left to write.
  case nothing(path: String)
}

extension ReductionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAModel(let path):
      "'\(path)' is an adapter, and extract takes a checkpoint with all weights: use 'sigmascope resize' or"
        + " 'sigmascope convert'"
    case .notAnAdapter(let path):
      "'\(path)' is a checkpoint with all weights, not an adapter: use 'sigmascope extract'"
    case .severalRuns(let path, let names):
      "'\(path)' holds \(names.count) runs (\(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? ", …" : "") + "): give the path of one of them"
    case .fused(let modules):
      "\(Self.list(modules)) belong to stacked tensors other than gate_up_proj and down_proj, or lack a part of these:"
        + " no LoRA is made of them; choose other modules with --modules, such as --modules self_attn"
    case .vocabularyResized(let module, let checkpoint):
      "'\(module)' has \(checkpoint) rows, in the base another number: resize the base's embeddings to that"
        + " number and give that model as the base, or leave them out with --embeddings leave"
    case .kindNeedsBase(let module):
      "only the base tells the shape of the weight of '\(module)': give it \(BaseAdvice.words)"
    case .vectorNeedsBase(let name):
      "the new value of '\(name)' needs the value in the base: give it \(BaseAdvice.words), or leave it out with"
        + " --vectors leave"
    case .fullRank(let module, let rank, let full):
      "the update of '\(module)' has rank \(rank) of \(full), which no small LoRA holds exactly: choose what"
        + " may be lost with --rank, such as --rank 64 (add --plan to see how much that is)"
    case .notFinite(let module):
      "the update of '\(module)' holds numbers that are not finite: take another checkpoint, or leave the module out with"
        + " --modules"
    case .overflow(let tensor, let type):
      "'\(tensor)' holds a number that is too large for \(type): write it with --type float32"
    case .unknownHead(let embedding, let architecture):
      "'\(embedding)' is tied to a head whose name is not known for '\(architecture)': leave it out with"
        + " --embeddings leave"
    case .textNeedsBase: "--text needs the base, which reads the text: give it \(BaseAdvice.words)"
    case .emptyText(let file): "'\(file)' has no text of two tokens: give a longer one"
    case .foreignTensors(let checkpoint):
      "'\(checkpoint)' changes tensors that no decoder here has, so that it cannot read a text: leave out --text"
    case .nothing(let path):
      "nothing of '\(path)' is left to write: no update has a rank, or --modules matches none"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}
