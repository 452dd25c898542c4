import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stop is obeyed in the middle of work that does not look whether it should stop.
@Suite("Interruption") struct InterruptionTests {
  @Test func `a stop in the report of an extraction keeps the adapter and names what continues`()
    async throws
  {
    let scratch = try Scratch()
    // Between one matrix and the next a stop is obeyed at once.
    let (matrices, side) = (60, 420)
    for (name, seed) in [("base", 1), ("tuned", 2)] as [(String, UInt64)] {
      var numbers = SeededGenerator(seed: seed)
      let bytes = 4 * side * side
      let entries = (0..<matrices).map { layer in
        HandWrittenTensors.entry(
          "model.layers.\(layer).q_proj.weight", shape: [side, side], from: layer * bytes,
          to: (layer + 1) * bytes)
      }
      var data = [UInt8]()
      data.reserveCapacity(matrices * bytes)
      for _ in 0..<matrices * side * side {
        // From 0.5 to 1, with random signs.
        let bits = UInt32(truncatingIfNeeded: numbers.next()) & 0x807F_FFFF | 0x3F00_0000
        for shift in [0, 8, 16, 24] { data.append(UInt8(truncatingIfNeeded: bits >> shift)) }
      }
      try scratch.write(
        "\(name)/model.safetensors",
        HandWrittenTensors.file("{\(entries.joined(separator: ","))}", data: data))
      try scratch.write("\(name)/config.json", text: #"{"model_type": "llama"}"#)
    }
    // A shell waits and signals: while all tests run, this process may be asleep for as long as the analysis takes.
    let script = """
      export SIGMASCOPE_CACHE=cache
      "$0" extract base tuned --rank 2 --out lora --report report --jobs 1 >/dev/null 2>errors &
      until grep -q "matrices to analyse" errors || ! kill -0 $!; do sleep 0.02; done
      kill -INT $!
      wait $!
      """
    let status = try SpawnedProgram.exitCode(
      "/bin/sh", ["-c", script, try Sigmascope().executable.path], folder: scratch.folder.path)
    #expect(status == 130)
    let errors = try String(contentsOf: scratch.url("errors"), encoding: .utf8)
    #expect(
      errors.split(separator: "\n").last
        == "stopped; to continue: sigmascope analyze tuned --base base --steps last --out report --jobs 1 --resume"
    )
    #expect(scratch.exists("lora/adapter_model.safetensors") && !scratch.exists("report"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a matrix that takes very long is left when its analysis is stopped`(
    signal: Int32
  ) async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora-rank-1")
    let running = try Sigmascope().start(
      ["analyze", adapter, "--null-samples", "1000000", "--jobs", "1", "--out", "out"],
      in: scratch.folder)
    // Until the plan is announced, a signal might come before the program is prepared for it.
    while running.isRunning, try !running.standardError().contains("matrices to analyse") {
      try await Task.sleep(for: .milliseconds(5))
    }
    running.send(signal)
    await running.ended()
    #expect(!running.wasKilled && running.status == 130)
    let said = try running.standardError()
    #expect(said.contains("stopping; again to end at once\n"))
    let last = said.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("stopped; to continue: sigmascope ") && last.hasSuffix("--resume"))
    #expect(!scratch.exists("out"))
  }
}
