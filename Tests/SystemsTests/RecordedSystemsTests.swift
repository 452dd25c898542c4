import Foundation
import Studies
import Systems
import Testing

/// What is recorded in notebooks-data/systems follows from the recorded numbers by the claims as they are now.
@Suite("Recorded systems") struct RecordedSystemsTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("notebooks-data/systems")

  private static let recorded: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { name in
      FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("\(name)/system.json").path)
    }
  }()

  private static func measurements(of name: String) throws -> [SystemMeasurement] {
    let url = folder.appendingPathComponent("\(name)/measurements.csv")
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { line in
        let cells = line.split(separator: ",").map(String.init)
        return SystemMeasurement(
          arm: cells[0], seed: try #require(Int(cells[1])), measure: cells[2],
          x: try #require(Double(cells[3])), value: try #require(Double(cells[4])))
      }
  }

  @Test func `results are found`() { #expect(Self.recorded.contains("rolora")) }

  @Test(arguments: recorded)
  func `the verdicts are those of the recorded numbers`(name: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let recorded = try decoder.decode(
      SystemOutcome.self,
      from: Data(contentsOf: Self.folder.appendingPathComponent("\(name)/system.json")))
    let system = try SystemRegistry.find(name)
    let judged = SystemOutcome(
      of: system.description, size: recorded.size, try Self.measurements(of: name),
      claims: system.claims, command: recorded.command, version: recorded.version)
    #expect(recorded.seeds.count >= 3)
    #expect(judged.claims == recorded.claims)
    #expect(judged.results == recorded.results)
  }
}
