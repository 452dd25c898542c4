import Checkpoints
import Experiments
import Foundation
import Testing

/// Runs that are looked at while they train.
@Suite("Watched checkpoints") struct CheckpointWatchTests {
  /// The recorded run with its first checkpoints.
  private static func runs(_ count: Int) throws -> [Run] {
    let demo = URL(fileURLWithPath: SmallStudies.base).deletingLastPathComponent()
      .appendingPathComponent("tiny-qwen2-grpo/runs/lora")
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("watch-\(UUID().uuidString)/lora")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let names = try FileManager.default.contentsOfDirectory(atPath: demo.path)
      .filter { $0.hasPrefix("checkpoint-") }.sorted().prefix(count)
    for name in names {
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent(name),
        withDestinationURL: demo.appendingPathComponent(name))
    }
    return try Discovery.begunRuns(at: [folder.path])
  }

  private static let error = ExperimentError.noSteps(option: "--steps", available: [])

  @Test func `what is new is analysed once`() async throws {
    let (one, two) = try (Self.runs(1), Self.runs(2))
    try #require(one[0].checkpoints.count == 1 && two[0].checkpoints.count == 2)
    var now = [[], one, one, two]
    var watch = CheckpointWatch { now.removeFirst() }
    var calls = [(Int, Bool)]()
    for _ in 0..<4 {
      let result = try await watch.look(
        losing: { _ in },
        { runs, isFirst in
          calls.append((runs[0].checkpoints.count, isFirst))
          return runs.count
        })
      #expect((result == nil) == (now.count == 3 || now.count == 1))
    }
    #expect(calls.map(\.0) == [1, 2] && calls.map(\.1) == [true, false])
  }

  @Test func `an error is one only where all checkpoints have stayed`() async throws {
    let (one, two) = try (Self.runs(1), Self.runs(2))
    var now = [two, one, one]
    var watch = CheckpointWatch { now.removeFirst() }
    var lost = 0
    let result: Int? = try await watch.look(
      losing: { _ in lost += 1 }, { _, _ in throw Self.error })
    #expect(result == nil && lost == 1 && watch.isEmpty)
    let again = try await watch.look(losing: { _ in lost += 1 }, { runs, _ in runs.count })
    #expect(again == 1 && lost == 1 && !watch.isEmpty)

    var stays = CheckpointWatch { one }
    await #expect(throws: Self.error) {
      let _: Int? = try await stays.look(losing: { _ in }, { _, _ in throw Self.error })
    }
  }
}
