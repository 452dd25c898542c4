#if os(Linux)
  import Foundation
  import Testing

  /// `--memory` is an upper bound: whatever the weights are, the process holds no more, beside what it needs at rest.
  /// Other shapes are tried by `Tests/Campaigns/memory.py`.
  @Suite("Memory", .serialized) struct MemoryTests {
    private let scratch: Scratch
    /// What the program needs at rest with two processors, in megabytes; each further processor may have a buffer.
    private static let atRest = 64 + 4 * max(0, ProcessInfo.processInfo.activeProcessorCount - 2)

    init() throws { scratch = try Scratch() }

    /// Runs `analyze`, and gives the largest part of it that was in memory, in megabytes.
    private func analyze(_ options: String...) async throws -> (Sigmascope.Outcome, peak: Int) {
      try await ProcessSlots.shared.run {
        let process = try Sigmascope().start(
          [
            "analyze", "run", "--base", "base", "--no-cache", "--quiet", "--jobs", "2", "--out",
            "out",
          ]
            + options, in: scratch.folder)
        var peak = 0
        while process.isRunning {
          peak = max(peak, process.peakMemory ?? 0)
          try await Task.sleep(for: .milliseconds(5))
        }
        await process.ended()
        return (
          Sigmascope.Outcome(
            status: process.status, standardOutput: try process.standardOutput(),
            standardError: try process.standardError()), peak >> 20
        )
      }
    }

    /// Models before and after training; a LoRA if a rank is given.
    private func write(
      _ shapes: [(name: String, rows: Int, columns: Int)], rank: Int? = nil, steps: Int = 1,
      change: (inout [UInt8], Int) -> Void = { _, _ in }
    ) throws {
      var noise = NoisyWeights()
      let base = shapes.map { shape in
        var data = noise.bytes(count: shape.rows * shape.columns)
        change(&data, shape.columns)
        return (name: shape.name + ".weight", shape: [shape.rows, shape.columns], data: data)
      }
      try scratch.write("base/model.safetensors", NoisyWeights.file(base))
      try scratch.write("base/config.json", text: #"{"model_type": "llama"}"#)
      for step in 1...steps {
        let folder = "run/checkpoint-\(step)"
        if let rank {
          let factors = shapes.flatMap { shape in
            [("lora_A", rank, shape.columns), ("lora_B", shape.rows, rank)].map { factor in
              (
                name: "base_model.model.\(shape.name).\(factor.0).weight",
                shape: [factor.1, factor.2], data: noise.bytes(count: factor.1 * factor.2)
              )
            }
          }
          try scratch.write("\(folder)/adapter_model.safetensors", NoisyWeights.file(factors))
          try scratch.write(
            "\(folder)/adapter_config.json",
            text:
              #"{"peft_type": "LORA", "r": \#(rank), "lora_alpha": \#(rank), "target_modules": ["p"]}"#
          )
        } else {
          let tuned = base.map { tensor in
            let count = tensor.data.count / 8 * 2
            return (
              name: tensor.name, shape: tensor.shape,
              data: noise.bytes(count: count / 2) + tensor.data[count...]
            )
          }
          try scratch.write("\(folder)/model.safetensors", NoisyWeights.file(tuned))
          try scratch.write("\(folder)/config.json", text: #"{"model_type": "llama"}"#)
        }
      }
    }

    private func layers(_ count: Int, _ rows: Int, _ columns: Int) -> [(
      name: String, rows: Int, columns: Int
    )] {
      (0..<count).map { ("model.layers.\($0).p", rows, columns) }
    }

    private func expectBound(_ megabytes: Int) async throws {
      let (outcome, peak) = try await analyze("--memory", "\(megabytes)M")
      #expect(outcome.status == 0, "\(outcome.standardError)")
      #expect(peak > 0 && peak <= megabytes + Self.atRest)
    }

    @Test func `is bounded for squares of half rank, of which one alone fits`() async throws {
      try write(layers(2, 1200, 1200)) { data, columns in
        for start in stride(from: 0, to: data.count, by: 2 * columns) {
          for byte in 0..<columns { data[start + columns + byte] = data[start + byte] }
        }
      }
      try await expectBound(300)
    }

    @Test func `is bounded for a head of many rows with a dead column`() async throws {
      try write([("lm_head", 60_000, 192)]) { data, columns in
        for start in stride(from: 0, to: data.count, by: 2 * columns) {
          data[start + 6] = 0
          data[start + 7] = 0
        }
      }
      try await expectBound(100)
    }

    @Test func `is bounded for a LoRA of high rank`() async throws {
      try write(layers(2, 800, 800), rank: 400)
      try await expectBound(200)
    }

    @Test func `is bounded for thousands of results`() async throws {
      try write(layers(200, 16, 16), rank: 2, steps: 30)
      try await expectBound(80)
    }

    @Test func `that is too little for a matrix is refused with what suffices, which does`()
      async throws
    {
      try write(layers(2, 500, 500))
      let (refused, _) = try await analyze("--memory", "10M")
      #expect(refused.status == 65 && refused.errorLines.count == 1)
      #expect(!scratch.exists("out") && !scratch.exists("out.partial"))
      let advice = try #require(
        refused.standardError.firstMatch(of: /'model\.layers\.\d\.p' needs .*give --memory (\d+)M/))
      try await expectBound(try #require(Int(advice.1)))
    }
  }

  extension RunningSigmascope {
    /// The most bytes that were in memory so far, as the kernel counts them; nil after the end.
    var peakMemory: Int? {
      guard let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
        let match = status.firstMatch(of: /VmHWM:\s*(\d+) kB/), let kilobytes = Int(match.1)
      else { return nil }
      return kilobytes << 10
    }
  }

  /// Weights of noise in bfloat16, and files of them.
  private struct NoisyWeights {
    private var generator = SeededGenerator(seed: 1)

    /// Numbers of magnitudes from 0.008 to 0.016 and random signs.
    mutating func bytes(count: Int) -> [UInt8] {
      var bytes = [UInt8]()
      bytes.reserveCapacity(2 * count)
      var bits: UInt64 = 0
      for index in 0..<count {
        bits = index % 4 == 0 ? generator.next() : bits >> 16
        bytes.append(UInt8(truncatingIfNeeded: bits) | 0x80)
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8) & 0x80 | 0x3C)
      }
      return bytes
    }

    static func file(_ tensors: [(name: String, shape: [Int], data: [UInt8])]) -> [UInt8] {
      var entries = [String]()
      var data = [UInt8]()
      for tensor in tensors {
        entries.append(
          HandWrittenTensors.entry(
            tensor.name, type: "BF16", shape: tensor.shape, from: data.count,
            to: data.count + tensor.data.count))
        data += tensor.data
      }
      return HandWrittenTensors.file("{\(entries.joined(separator: ","))}", data: data)
    }
  }
#endif
