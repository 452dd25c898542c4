public import Documents

/// What a family of names cannot say.
public enum AdapterFormatError: BadInput, Equatable {
  /// The family has no place for tensors that are not factors.
  case wholeTensors(format: String, names: [String])
  /// The family has no LoRA of embeddings.
  case embeddings(format: String, names: [String])
  /// The family has no LoRA of convolutions.
  case convolutions(format: String, names: [String])
  /// The family has no LoRA of parameters, such as stacked experts.
  case parameters(format: String, names: [String])
  /// The family cannot say a field of PEFT's configuration without which the factors mean something else.
  case field(format: String, name: String)
  /// The module is known only by the name that kohya's scripts made of it.
  case flatName(format: String, name: String)
  /// Two modules get one name.
  case sharedName(format: String, name: String)
}

extension AdapterFormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wholeTensors(let format, let names):
      "\(format) files hold factors only, and \(Self.list(names)) would be saved whole: write them with"
        + " --format peft, or leave them out with --embeddings leave and --vectors leave"
    case .embeddings(let format, let names):
      "\(format) files hold no LoRA of embeddings such as \(Self.list(names)): write them with --format"
        + " peft, or leave them out with --embeddings leave"
    case .convolutions(let format, let names):
      "\(format) files hold no LoRA of convolutions such as \(Self.list(names)): write them with --format"
        + " peft, or choose other modules with --modules"
    case .parameters(let format, let names):
      "\(format) files hold no LoRA of stacked experts and routers such as \(Self.list(names)): write them with"
        + " --format peft, or choose other modules with --modules"
    case .field(let format, let name):
      "\(format) files cannot say the '\(name)' of the adapter, without which it does something else: write it"
        + " with --format peft"
    case .flatName(let format, let name):
      "only the base tells what '\(name)' is called in a \(format) file: give the base \(BaseAdvice.words), or write it"
        + " with --format kohya"
    case .sharedName(let format, let name):
      "two modules are called '\(name)' in a \(format) file: write them with --format peft"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}
