import Foundation
import Testing

/// What users see when they give options that make no sense.
@Suite("Usage errors") struct UsageTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [
    ["analyze"],
    ["analize", "."],
    ["analyze", ".", "--metrics", "stable_rnk"],
    ["analyze", ".", "--metrics", ""],
    ["analyze", ".", "--modules", "mlp("],
    ["analyze", ".", "--top", "0"],
    ["analyze", ".", "--top", "-3"],
    ["analyze", ".", "--top", "many"],
    ["analyze", ".", "--null-samples", "-1"],
    ["analyze", ".", "--jobs", "0"],
    ["compare", ".", "--jobs", "0"],
    ["compare", ".", "--memory", "lots"],
    ["analyze", ".", "--steps", "9-3"],
    ["analyze", ".", "--steps", "latest"],
    ["analyze", ".", "--memory", "lots"],
    ["analyze", ".", "--formats", "pdf"],
    ["analyze", ".", "--fail-on", "rain"],
    ["analyze", ".", "--basis", "none"],
    ["analyze", ".", "--alpha", "0"],
    ["analyze", ".", "--alpha", "nan"],
    ["inspect", ".", "--alpha", "inf"],
    ["inspect"],
    ["list", "colours"],
    ["list", "starts", "--taxonomy"],
  ])
  func `the command ends with code 64 and writes nothing`(arguments: [String]) async throws {
    let outcome = try await scratch.run(arguments)
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(outcome.standardOutput.isEmpty)
    #expect(!scratch.exists("sigmascope-report.partial"))
  }

  @Test(arguments: [
    ("--metrics", "stable_rnk", "stable_rank"),
    ("--metrics", "effective_rank,nul_z_left", "null_z_left"),
    ("--metrics", "cheep", "cheap"),
  ])
  func `an unknown metric is named with the one that may be meant`(
    option: String, value: String, nearest: String
  ) async throws {
    let outcome = try await scratch.run("analyze", ".", option, value)
    let unknown = try #require(value.split(separator: ",").last)
    #expect(outcome.standardError.contains("'\(unknown)'"), "\(outcome.standardError)")
    #expect(outcome.standardError.contains("'\(nearest)'"), "\(outcome.standardError)")
  }

  @Test func `a bad expression is named`() async throws {
    let outcome = try await scratch.run("analyze", ".", "--modules", "mlp(")
    #expect(outcome.standardError.contains("'mlp('"))
  }

  @Test func `modules that match nothing are code 65 with some that there are`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run("analyze", adapter, "--modules", "mlp")
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("encoder.layer.0.attention.self.query"))
    #expect(!scratch.exists("sigmascope-report.partial"))
  }

  @Test func `steps that match nothing are code 65 with those that there are`() async throws {
    let runs = Fixtures.demo.appendingPathComponent("runs/lora").path
    let base = Fixtures.demo.appendingPathComponent("base").path
    let outcome = try await scratch.run("analyze", runs, "--base", base, "--steps", "3")
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("2, 4, 10, 20, 50, 100"), "\(outcome.standardError)")
  }

  @Test func `the version is that of the program`() async throws {
    let outcome = try await scratch.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.contains(#/^\d+\.\d+\.\d+\n$/#))
  }

  @Test(arguments: ["analyze", "compare", "inspect"])
  func `no base is asked for by its own option`(command: String) async throws {
    let outcome = try await scratch.run(command, ".", "--base", "none")
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("--no-base"), "\(outcome.standardError)")
  }

  @Test(arguments: [
    ("train", "--lr", "--learning-rate"), ("train", "--lora_r=8", "--rank"),
    ("train", "--num-generations", "--group"), ("train", "--beta", "--kl"),
    ("train", "--output-dir", "--out"), ("train", "--clip_norm", "--clip-norm"),
    ("pretrain", "--max_steps", "--steps"), ("analyze", "--output_dir", "--out"),
    ("analyze", "--model", "--base"), ("sweep", "--lr", "--rates"),
    ("advise", "--lora_r", "--rank"),
  ])
  func `an option under another program's name is told ours`(
    command: String, foreign: String, own: String
  ) async throws {
    let outcome = try await scratch.run(command, ".", foreign, "1")
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("'\(own)'"), "\(outcome.standardError)")
    #expect(outcome.standardError.contains("Usage: sigmascope \(command) "))
    #expect(outcome.standardError.contains("See 'sigmascope \(command) --help'"))
    let help = try await scratch.run(command, "--help").standardOutput
    #expect(help.contains("\(own) <") || help.contains("\(own)="), "\(own)")
  }

  @Test(arguments: [
    ("train", "--lera", "--learning-rate"), ("analyze", "--lora_r", nil),
    ("system run", "--out-dir", "--out"), ("inspect", "--module", "--modules"),
  ])
  func `an option that there is not is told before what is missing, with one that may be meant`(
    command: String, unknown: String, meant: String?
  ) async throws {
    let outcome = try await scratch.run(
      command.split(separator: " ").map(String.init) + [unknown, "1"])
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.first?.contains("Unknown option '\(unknown)'.") == true)
    #expect(
      outcome.errorLines.first?.hasSuffix(meant.map { " Did you mean '\($0)'?" } ?? "'.") == true,
      "\(outcome.standardError)")
  }

  @Test(arguments: [
    ("train", "--num_train_epochs", "'--steps'"), ("train", "--epochs", "'--steps'"),
    ("train", "--gradient_accumulation_steps", "'--prompts'"), ("train", "--bf16", "'--storage"),
    ("train", "--logging_steps", "metrics.jsonl"), ("train", "--report_to", "metrics.jsonl"),
    ("train", "--eps", "'--clip-low'"), ("pretrain", "--eps", "1e-8"),
    ("advise", "--rates", "'sweep --rates'"), ("advise", "--lr", "'sweep --rates'"),
  ])
  func `an option of another program without a counterpart is told what there is in its place`(
    command: String, foreign: String, place: String
  ) async throws {
    let outcome = try await scratch.run(command, foreign, "1")
    #expect(outcome.status == 64)
    let line = try #require(outcome.errorLines.first)
    #expect(line.hasPrefix("Error: Unknown option '\(foreign)'. "), "\(line)")
    #expect(line.contains(place), "\(line)")
  }

  @Test func `train without a base names the one inside the program`() async throws {
    let outcome = try await scratch.run("train", "--out", "run")
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.first?.contains("or scratchpad for the small base") == true)
  }

  @Test(arguments: [
    (["train", "--base", "x", "--out", "r", "--learning-rate", "-1"], "must be positive"),
    (["train", "--base", "x", "--out", "r", "-l", "-1e-3"], "must be positive"),
    (["analyze", ".", "--top", "-3"], "--top must be at least 1"),
    (["analyze", ".", "--steps", "-1"], "'-1'"),
    (["sweep", "--rates", "1e-3", "-1"], "--rates must be different learning rates above 0"),
    (["sweep", "--rates", "-1,1e-3"], "--rates must be different learning rates above 0"),
  ])
  func `a number below zero is a value of its option, which tells its range`(
    arguments: [String], words: String
  ) async throws {
    let outcome = try await scratch.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.first?.contains(words) == true, "\(outcome.standardError)")
  }

  @Test(arguments: [
    [
      "--adapter", "lora,pissa", "--rates", "1e-3,3e-3", "--seeds", "0,1", "--targets",
      "q_proj,v_proj",
    ],
    [
      "--adapter=lora,pissa", "--rates=1e-3,3e-3", "--seeds", "0, 1", "--targets", "q_proj",
      "v_proj",
    ],
    ["--adapter", "lora", "pissa", "--rates", "1e-3", "3e-3", "--seeds", "0", "1"],
  ])
  func `several values of an option are separated by spaces or by commas`(
    options: [String]
  ) async throws {
    let outcome = try await scratch.run(["sweep", "--plan", "--out", "s"] + options)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("8 runs to train"), "\(outcome.standardError)")
    for start in ["lora", "pissa"] {
      #expect(outcome.standardError.contains("\(start): learning rate 1e-3, 3e-3; 2 seeds"))
    }
  }
}
