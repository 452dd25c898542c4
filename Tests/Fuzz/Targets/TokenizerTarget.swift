import Training

/// A tokenizer, which then reads a text and writes it.
enum TokenizerTarget: FuzzTarget {
  static let name = "tokenizer"
  static let seeds = "tokenizer.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write("tokenizer.json", input)
    try folder.write("config.json", Array(#"{"eos_token_id": 0}"#.utf8))
    let tokenizer = try TokenizerReader.tokenizer(in: folder.path)
    let tokens = try tokenizer.encode("1+2=3 Ärger's \u{1F600}\n")
    _ = tokenizer.decode(tokens + [-1, .max])
    _ = tokenizer.json()
  }
}
