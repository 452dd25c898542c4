#if os(Linux)
  import Foundation
  import Testing

  /// `ulimit -v`, which other systems do not enforce. It bounds the memory of a run from outside.
  @Suite("A limited address space") struct AddressSpaceTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(limit megabytes: Int, _ arguments: String...) async throws
      -> Sigmascope.Outcome
    {
      let program = try Sigmascope().executable.path
      let process = try RunningSigmascope(
        executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: ["-c", #"ulimit -v "$0"; exec "$@""#, "\(megabytes << 10)", program] + arguments,
        environment: ProcessInfo.processInfo.environment, folder: scratch.folder)
      await process.ended()
      return Sigmascope.Outcome(
        status: process.status, standardOutput: try process.standardOutput(),
        standardError: try process.standardError())
    }

    /// The megabytes that the program says it needs.
    private func needed() async throws -> Int {
      let outcome = try await run(limit: 200, "list", "metrics")
      #expect(outcome.status == 65)
      let words = outcome.standardError.split(separator: " ")
      let place = try #require(words.firstIndex(of: "needs"), "\(outcome.standardError)")
      return try #require(Int(words[place + 1]))
    }

    @Test func `that is too small for the linear algebra is one error, not a hang`() async throws {
      _ = try await needed()
      let outcome = try await run(limit: 200, "list", "metrics")
      #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("ulimit -v"))
    }

    /// A weight of rank 1, and the same after training.
    private func writeWeights(rows: Int, columns: Int) throws {
      for (name, value) in [("base", Float(1)), ("run", 1.5)] {
        let bytes = HandWrittenTensors.file([
          (name: "lm_head.weight", shape: [rows, columns], value: value)
        ])
        try scratch.write("\(name)/model.safetensors", bytes)
        try scratch.write("\(name)/config.json", text: #"{"model_type": "llama"}"#)
      }
    }

    private func analyze(room: Int) async throws -> Sigmascope.Outcome {
      try await run(
        limit: needed() + room, "analyze", "run", "--base", "base", "--no-cache", "--quiet",
        "--out", "out")
    }

    @Test func `suffices for a long weight of deficient rank, of which only panels are held`()
      async throws
    {
      // Reckoned: 31 MB. A decomposition of the whole weight in double precision holds it five times: 307 MB.
      try writeWeights(rows: 30_000, columns: 256)
      let outcome = try await analyze(room: 80)
      #expect(outcome.status == 0, "\(outcome.standardError)")
      #expect(scratch.exists("out/metrics.csv"))
    }

    @Test func `that leaves too little for a matrix is an error that names it`() async throws {
      try writeWeights(rows: 800, columns: 800)
      let outcome = try await analyze(room: 40)
      #expect(outcome.status == 65)
      #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("'lm_head' needs"))
      #expect(!scratch.exists("out") && !scratch.exists("out.partial"))
    }
  }
#endif
