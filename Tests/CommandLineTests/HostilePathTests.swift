import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths at which there is something else than the program expects. It says so in one line and does not wait.
@Suite("Hostile paths") struct HostilePathTests {
  /// What may be at a path.
  enum Thing: CaseIterable {
    case pipe, endlessDevice, loop, folder

    func put(at path: String) throws {
      let manager = FileManager.default
      try? manager.removeItem(atPath: path)
      switch self {
      case .pipe: try #require(unsafe mkfifo(path, 0o600) == 0)
      case .endlessDevice:
        try manager.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
      case .loop: try manager.createSymbolicLink(atPath: path, withDestinationPath: path)
      case .folder: try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
    }
  }

  /// A file that a command reads.
  enum Input: String, CaseIterable {
    case adapterWeights = "adapters/lora/adapter_model.safetensors"
    case adapterConfiguration = "adapters/lora/adapter_config.json"
    case baseWeights = "base-minilm/model.safetensors"
    case trainedBase = "scratchpad/model.safetensors"
    case tokenizer = "scratchpad/tokenizer.json"
    case configuration = "options.toml"
    case study = "study.toml"
    case problems = "problems.jsonl"

    var command: [String] {
      switch self {
      case .adapterWeights, .adapterConfiguration, .baseWeights:
        ["analyze", "adapters/lora", "--base", "base-minilm"]
      case .trainedBase, .tokenizer: HostilePathTests.train
      case .configuration: HostilePathTests.train + ["--config", rawValue]
      case .study: ["reproduce", "--study", rawValue]
      case .problems:
        HostilePathTests.train + ["--task", "jsonl", "--task-option", "file=\(rawValue)"]
      }
    }
  }

  /// A command that writes.
  enum Writer: CaseIterable {
    case analyze, compare, train, pretrain, reproduce

    var command: [String] {
      switch self {
      case .analyze: ["analyze", "adapters/lora", "--base", "base-minilm"]
      case .compare: ["compare", "adapters/lora", "--base", "base-minilm"]
      case .train: HostilePathTests.train
      case .pretrain: ["pretrain", "--task", "scratchpad", "--steps", "1"]
      case .reproduce: ["reproduce", "--study", "study.toml"]
      }
    }
  }

  private static let train = [
    "train", "--base", "scratchpad/", "--steps", "1", "--prompts", "4", "--group", "4",
    "--evaluation-problems", "8",
  ]

  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.copyAdapter("lora")
    try FileManager.default.copyItem(
      at: Fixtures.package.appendingPathComponent("notebooks-data/base-scratchpad"),
      to: scratch.url("scratchpad"))
    try scratch.write(
      "study.toml",
      text: """
        title = "hostile"
        base = "scratchpad/"
        baseline = "lora"
        seeds = [0]
        [run]
        learning-rate = 3e-3
        steps = 1
        prompts = 4
        evaluation-problems = 8
        [[arm]]
        adapter = "lora"
        """)
  }

  private func expect(_ outcome: Sigmascope.Outcome, status: Int32, naming name: String) {
    #expect(outcome.status == status, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains(name), "\(outcome.standardError) lacks \(name)")
  }

  @Test(arguments: Input.allCases, Thing.allCases)
  func `in place of an input it is code 65 and one line that names the input`(
    input: Input, thing: Thing
  ) async throws {
    try thing.put(at: scratch.path(input.rawValue))
    let outcome = try await scratch.run(input.command + ["--quiet", "--out", "out"])
    expect(outcome, status: 65, naming: scratch.url(input.rawValue).lastPathComponent)
    #expect(!scratch.exists("out") && !scratch.exists("out.partial"))
  }

  @Test(arguments: Writer.allCases, [Thing.pipe, .endlessDevice, .loop])
  func `in place of an output it is code 74 and stays there`(
    writer: Writer, thing: Thing
  ) async throws {
    try thing.put(at: scratch.path("out"))
    let outcome = try await scratch.run(writer.command + ["--quiet", "--out", "out"])
    expect(outcome, status: 74, naming: "out'")
    var status = stat()
    #expect(unsafe lstat(scratch.path("out"), &status) == 0)
    #expect([S_IFIFO, S_IFLNK].contains(status.st_mode & S_IFMT))
  }

  @Test(arguments: Writer.allCases, ["adapters/lora", "base-minilm", "scratchpad"])
  func `a checkpoint or a base is no place for an output, and stays as it was`(
    writer: Writer, folder: String
  ) async throws {
    let before = try scratch.files(in: folder)
    let outcome = try await scratch.run(writer.command + ["--quiet", "--out", folder])
    expect(outcome, status: 74, naming: "\(folder)'")
    #expect(try scratch.files(in: folder) == before)
  }

  @Test(arguments: Writer.allCases)
  func `a name that is too long is code 74`(writer: Writer) async throws {
    let name = String(repeating: "n", count: 300)
    let outcome = try await scratch.run(writer.command + ["--quiet", "--out", name])
    expect(outcome, status: 74, naming: "file name too long")
  }

  @Test(arguments: Writer.allCases)
  func `missing parents of an output are made`(writer: Writer) async throws {
    let outcome = try await scratch.run(writer.command + ["--quiet", "--out", "new/parent/out"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(scratch.exists("new/parent/out"))
  }

  @Test(arguments: [Thing.pipe, .endlessDevice, .loop])
  func `in place of the cache it is no failure`(thing: Thing) async throws {
    try thing.put(at: scratch.path("cache"))
    let outcome = try await scratch.run(Writer.analyze.command + ["--quiet", "--out", "out"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test(arguments: ["../base-minilm/model.safetensors", "/etc/hostname", "..", "a/b"])
  func `an index cannot point out of its folder`(shard: String) async throws {
    try scratch.write(
      "outside/model.safetensors.index.json",
      text: #"{"weight_map": {"encoder.layer.0.output.dense.weight": "\#(shard)"}}"#)
    try scratch.write("outside/config.json", text: #"{"model_type": "bert"}"#)
    let outcome = try await scratch.run(
      "analyze", "adapters/lora", "--base", "outside", "--quiet", "--out", "out")
    expect(outcome, status: 65, naming: "outside/model.safetensors.index.json")
  }

  #if os(Linux)
    /// Runs a command of the shell, in which `$0` is the program and `$NAME` is not UTF-8.
    private func shell(_ command: String) throws -> (status: Int32?, error: String) {
      let errors = scratch.path("errors")
      let status = try SpawnedProgram.exitCode(
        "/bin/sh",
        ["-c", #"NAME=$(printf 'a\377b'); "# + command, try Sigmascope().executable.path],
        folder: scratch.folder.path, errors: errors)
      return (status, try String(contentsOfFile: errors, encoding: .utf8))
    }

    @Test func `a run whose name is not UTF-8 is left out, and the report says so`() throws {
      let copy = #"mkdir runs; cp -r adapters/lora runs/ok; cp -r adapters/lora "runs/$NAME"; "#
      let (status, error) = try shell(
        copy + #""$0" analyze runs --base base-minilm --quiet --no-cache --out out"#)
      #expect(status == 0, "\(error)")
      let summary = try String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8)
      #expect(summary.contains("has a name that is not UTF-8: rename it"))
    }

    @Test func `an argument that is not UTF-8 is code 65 and one line`() throws {
      let (status, error) = try shell(#"cp -r adapters/lora "$NAME"; "$0" inspect "$NAME""#)
      #expect(status == 65)
      #expect(error.split(separator: "\n").count == 1, "\(error)")
    }
  #endif
}
