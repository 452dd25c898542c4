import Foundation
import Testing

/// What the program says of itself.
@Suite("Help, lists and doctor") struct HelpTests {
  private static let commands = [
    "analyze", "inspect", "train", "pretrain", "reproduce", "compare", "check", "diff",
    "extract", "resize", "convert", "merge", "system", "list", "doctor",
  ]

  private func output(_ arguments: String...) async throws -> String {
    let outcome = try await Scratch().run(arguments)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    return outcome.standardOutput
  }

  @Test func `the help names every command`() async throws {
    let help = try await output("--help")
    for command in Self.commands { #expect(try help.contains(Regex("\n  \(command)[ ,]"))) }
  }

  @Test(arguments: commands)
  func `the help of a command has an example`(command: String) async throws {
    let help = try await output(command, "--help")
    #expect(help.contains(#/\nExamples?:/#))
    #expect(help.contains("sigmascope \(command)"))
  }

  @Test(arguments: ["train", "pretrain"])
  func `what has to be given stands first in the help`(command: String) async throws {
    let help = try await output(command, "--help")
    let options = try #require(help.components(separatedBy: "\nUSAGE:").last)
    let first = try #require(options.firstMatch(of: /\n  (?:-\w, )?--([a-z-]+)/))
    #expect(first.output.1 == (command == "train" ? "base" : "out"))
  }

  @Test(arguments: commands)
  func `examples use options that exist`(command: String) async throws {
    let help = try await output(command, "--help")
    let parts = help.components(separatedBy: "\nUSAGE:")
    try #require(parts.count == 2)
    let known = Set(parts[1].matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) })
    let used = Set(parts[0].matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) })
    #expect(used.subtracting(known) == [])
  }

  @Test(arguments: commands)
  func `examples are lines that can be copied`(command: String) async throws {
    let help = try await output(command, "--help")
    let examples = try #require(
      help.components(separatedBy: "\nUSAGE:")[0].components(separatedBy: "Example").last)
    // Help is wrapped at 80 columns: a command that is longer loses its indentation on the next line.
    for line in examples.split(separator: "\n").dropFirst() {
      #expect(line.hasPrefix("  "), "\(line)")
    }
  }

  @Test(arguments: [
    ("metrics", ["Spectra/Registry/MetricRegistry", "Spectra/Registry/PathMetricRegistry"]),
    ("plots", ["Reports/Plots/Plot"]), ("systems", ["Systems/Machinery/SystemRegistry"]),
    (
      "study-plots",
      ["Reports/StudyReport/Plots/StudyPlot", "Reports/ComparisonReport/ComparisonPlotRegistry"]
    ),
  ])
  func `a list has a line for each entry of its registries`(
    list: String, registries: [String]
  ) async throws {
    let lines = try await output("list", list).split(separator: "\n")
    let registered = try registries.map { file in
      try String(
        contentsOf: Fixtures.package.appendingPathComponent("Sources/\(file).swift"),
        encoding: .utf8
      ).matches(of: #/\n +[A-Za-z0-9]+\.self,/#).count
    }
    #expect(lines.count == registered.reduce(0, +))
  }

  @Test func `the list of adapters has the methods of the fixtures`() async throws {
    let names = try await output("list", "adapters").split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(["lora", "dora", "adalora", "vera", "ia3", "miss"]).isSubset(of: names))
  }

  @Test(arguments: ["metrics", "adapters", "plots"])
  func `names in a list are unique and lower case`(list: String) async throws {
    let names = try await output("list", list).split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0 == $0.lowercased() })
  }

  @Test func `every listed metric can be asked for`() async throws {
    let names = try await output("list", "metrics").split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    let scratch = try Scratch()
    let outcome = try await scratch.run(
      "analyze", try scratch.copyAdapter("lora"), "--quiet",
      "--metrics", names.joined(separator: ","), "--out", "out")
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func `doctor finds nothing wrong`() async throws {
    #expect(try await output("doctor").contains("self-check  passed"))
  }
}
