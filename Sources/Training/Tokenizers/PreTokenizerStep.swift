import Checkpoints
import Documents

/// One step of cutting a text into words, which are then merged separately.
enum PreTokenizerStep: Sendable, Equatable {
  case split(SplitPattern)
  /// Separates numbers from the rest, each number whole or digit by digit.
  case digits(individual: Bool)
  /// Puts a space before a text that does not start with one.
  case spaceBefore

  /// The steps of a `pre_tokenizer`, which must be byte-level.
  static func steps(_ source: TokenizerSource) throws(TokenizerError) -> [PreTokenizerStep] {
    let value = source.document["pre_tokenizer"] ?? .null
    let parts = value["type"]?.string == "Sequence" ? value["pretokenizers"]?.array ?? [] : [value]
    guard parts.contains(where: { $0["type"]?.string == "ByteLevel" }) else {
      throw source.unsupported("the pre-tokenizer of the BPE model", value, known: "ByteLevel")
    }
    var steps: [PreTokenizerStep] = []
    for part in parts { steps += try Self.steps(of: part, source) }
    return steps
  }

  private static func steps(
    of part: JSONValue, _ source: TokenizerSource
  ) throws(TokenizerError) -> [PreTokenizerStep] {
    switch part["type"]?.string {
    case "ByteLevel":
      let before: [PreTokenizerStep] =
        part["add_prefix_space"]?.boolean == true ? [.spaceBefore] : []
      return before + (part["use_regex"]?.boolean == false ? [] : [.split(.gpt2)])
    case "Digits": return [.digits(individual: part["individual_digits"]?.boolean ?? false)]
    case "Split":
      guard let expression = part["pattern"]?["Regex"]?.string,
        let pattern = SplitPattern(expression: expression)
      else {
        throw source.unsupported(
          "the split pattern", part["pattern"], known: "the pattern of GPT-2, Llama 3 or Qwen 2")
      }
      guard part["behavior"]?.string == "Isolated", part["invert"]?.boolean != true else {
        throw source.unsupported("the split's behaviour", part["behavior"], known: "'Isolated'")
      }
      return [.split(pattern)]
    default: throw source.unsupported("a pre-tokenizer", part)
    }
  }

  func words(of text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
    switch self {
    case .spaceBefore: [text.first == " " ? text : [" "] + text]
    case .split(let pattern): pattern.words(of: text).map(Array.init)
    case .digits(let individual): Self.digits(text, individual: individual)
    }
  }

  private static func digits(_ text: [Unicode.Scalar], individual: Bool) -> [[Unicode.Scalar]] {
    var words: [[Unicode.Scalar]] = []
    var previous: Bool?
    for scalar in text {
      let isNumber = ScalarKind(scalar) == .number
      if isNumber != previous || (isNumber && individual) { words.append([]) }
      words[words.count - 1].append(scalar)
      previous = isNumber
    }
    return words
  }
}
