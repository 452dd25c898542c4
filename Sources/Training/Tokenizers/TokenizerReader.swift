import Checkpoints
import Documents

/// Reads the tokenizer of a Hugging Face folder.
public enum TokenizerReader {
  /// The tokenizer that `tokenizer.json` of the folder describes.
  ///
  /// Known are `WordLevel` by characters or words, byte-level `BPE` with the splits of GPT-2, Llama 3 and
  /// Qwen 2, and `BPE` over characters with byte fallback as Gemma has it. The end and padding tokens are those of `tokenizer_config.json`, else of
  /// `config.json`, else of `generation_config.json`.
  /// - Parameter folder: The folder with the files.
  /// - Throws: ``TokenizerError/unsupported(file:part:found:known:)`` for every other kind.
  public static func tokenizer(in folder: String) throws(TokenizerError) -> any Tokenizer {
    let source = try TokenizerSource(folder: folder)
    switch source.model["type"]?.string {
    case "WordLevel": return try WordTokenizer(source)
    case "BPE" where PieceTokenizer.reads(source): return try PieceTokenizer(source)
    case "BPE": return try ByteLevelTokenizer(source)
    default: throw source.unsupported("the model", source.model)
    }
  }
}
