import Checkpoints
import Documents
import Testing
import Training

@Suite("Errors of tasks and tokenizers") struct TaskErrorTests {
  private static let errors: [any Error & CustomStringConvertible] = [
    TaskError.unknownTask(name: "x", known: ["y"]),
    TaskError.unknownOption(name: "x", known: ["y"]),
    TaskError.invalidOption(task: "t", option: "o", value: "1", expected: "2"),
    TaskError.unreadableOption(name: "n", text: "t", expected: "a number"),
    TaskError.emptySplit(task: "t", split: .held, tries: 3),
    TaskError.missingFile(task: "t"),
    TaskError.emptyPart(file: "f", split: .held, prompts: 1, share: nil),
    TaskError.emptyPart(file: "f", split: .training, prompts: 3, share: 0.4),
    TaskError.unreadable(path: "p", reason: "r"),
    TaskError.invalidLine(file: "f", line: 2, reason: "r"), TaskError.noProblems(file: "f"),
    TokenizerError.notFound(folder: "f"),
    TokenizerError.unsupported(file: "f", part: "p", found: "x", known: "y"),
    TokenizerError.malformed(file: "f", key: "k", expected: "e"),
    TokenizerError.invalidJSON(.notFound(path: "p")),
    TokenizerError.unreadable(path: "p", reason: "r"),
    TokenizerError.unknownToken(file: "f", token: "t", role: "eos"),
    TokenizerError.noEndToken(folder: "f"), TokenizerError.unusableAlphabet(reason: "r"),
    TokenizerError.unknownText("x"), TokenizerError.text(file: "f", line: 1, .unknownText("x")),
    TokenizerError.notNormalised(scalar: "U+301", offset: 1),
  ]

  @Test(arguments: errors.map(\.description)) func `a message is one line that says what to do`(
    message: String
  ) {
    #expect(!message.contains("\n") && !message.hasSuffix("."))
    #expect(message.contains(":"))
  }

  @Test func `a folder that cannot be written is named`() throws {
    let tokenizer = try WordTokenizer(alphabet: ["a"])
    do {
      try TokenizerWriter.write(tokenizer, to: "/nowhere/at/all")
      Issue.record("written")
    } catch {
      #expect(error.description.contains("'/nowhere/at/all/tokenizer.json' cannot be written"))
    }
  }
}
