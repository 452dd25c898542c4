import Studies
import Systems
import Testing

@Suite("RoLoRA in linear regression") struct LinearRoLoRATests {
  private static func measured(_ arm: String, seed: Int) async throws -> [String: [Double]] {
    let scratch = try SystemScratch()
    let found = try await SystemRunner(
      LinearRoLoRA.self, size: .full, seeds: [seed], base: try SystemScratch.base(),
      folder: SystemFolder(path: "\(scratch.path)/out"), jobs: 1, version: "test"
    ).run(resuming: false) { _ in }
    return Dictionary(
      grouping: found.filter { $0.arm == arm && $0.seed == seed }, by: \.measure
    ).mapValues { $0.sorted { $0.x < $1.x }.map(\.value) }
  }

  @Test(arguments: [0, 1, 2])
  func `the angle shrinks in every round as the theorem says`(seed: Int) async throws {
    let found = try await Self.measured("rolora", seed: seed)
    #expect(found["bound-ratio"]?.count == 30)
    #expect(found["bound-ratio"]?.allSatisfy { $0 <= 1 } == true)
    #expect((found["loss-over-floor"]?.last ?? 1) < 1e-3)
  }

  @Test(arguments: [0, 1, 2])
  func `a frozen input factor leaves the loss above its floor for ever`(seed: Int) async throws {
    let found = try await Self.measured("ffa-lora", seed: seed)
    #expect(found["loss-over-floor"]?.allSatisfy { $0 >= 1 } == true)
    #expect(Set(found["sine"] ?? []).count == 1)
  }
}
