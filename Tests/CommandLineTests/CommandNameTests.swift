import Foundation
import Testing

/// Names of commands and values, as they are typed and as shells offer them.
@Suite("Names on the command line") struct CommandNameTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `analyse is analyze`() async throws {
    let outcome = try await scratch.run("analyse", "nothing")
    #expect(outcome.status == 65, "\(outcome.standardError)")
  }

  @Test(arguments: [
    ("analize", "analyze"), ("trian", "train"), ("repoduce", "reproduce"), ("version", "--version"),
  ])
  func `a mistyped command is named with the one that may be meant`(
    typed: String, meant: String
  ) async throws {
    let outcome = try await scratch.run(typed, "x")
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("'\(typed)'"), "\(outcome.standardError)")
    #expect(outcome.standardError.contains("'\(meant)'"), "\(outcome.standardError)")
  }

  @Test(arguments: [
    (["train2"], "the nearest is 'train'"), (["system", "runs"], "the nearest is 'run'"),
    (["weather"], "'sigmascope --help' lists them"),
  ])
  func `help for a command that there is not is an error of usage`(
    names: [String], words: String
  ) async throws {
    let outcome = try await scratch.run(["help"] + names)
    #expect(outcome.status == 64 && outcome.standardOutput.isEmpty)
    #expect(outcome.errorLines.first?.contains(words) == true, "\(outcome.standardError)")
    #expect(try await scratch.run("help", "train").status == 0)
    #expect(try await scratch.run("help").status == 0)
  }

  @Test func `list alone names the lists`() async throws {
    let outcome = try await scratch.run("list")
    let names = outcome.standardOutput.split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.contains("metrics") && names.contains("study-plots"))
    for name in names { #expect(try await scratch.run("list", name).status == 0, "\(name)") }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions know the values of options`(shell: String) async throws {
    let script = try await scratch.run("--generate-completion-script", shell).standardOutput
    for value in [
      "pissa", "lora-plus", "dr-grpo", "scratchpad", "stable_rank", "study-plots", "cosine",
      "non-finite", "digits=",
    ] { #expect(script.contains(value), "\(value)") }
  }
}
