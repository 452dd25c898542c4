import Foundation
import Testing

/// The built program, run as a user runs it.
struct Sigmascope: Sendable {
  /// How a run of the program ended and what it said.
  struct Outcome: Sendable {
    let status: Int32
    let standardOutput: String
    let standardError: String

    /// The lines of standard error.
    var errorLines: [Substring] { standardError.split(separator: "\n") }
  }

  let executable: URL

  init() throws { executable = try Self.found.get() }

  /// Runs the program to its end. Its cache and that of Hugging Face are in `folder`.
  func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL
  ) async throws -> Outcome {
    try await ProcessSlots.shared.run {
      let process = try start(arguments, environment: environment, in: folder)
      await process.ended()
      return Outcome(
        status: process.status, standardOutput: try process.standardOutput(),
        standardError: try process.standardError())
    }
  }

  func start(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL
  ) throws -> RunningSigmascope {
    var all = ProcessInfo.processInfo.environment
    all["SIGMASCOPE_CACHE"] = folder.appendingPathComponent("cache").path
    all["HF_HOME"] = folder.appendingPathComponent("models").path
    all.merge(environment) { $1 }
    return try RunningSigmascope(
      executable: executable, arguments: arguments, environment: all, folder: folder)
  }

  /// Beside the test bundle, or in the package's build folder.
  private static let found = Result {
    let products = [CommandLine.arguments[0], Bundle.main.bundlePath].flatMap { path in
      sequence(first: URL(fileURLWithPath: path)) { url in
        url.path == "/" ? nil : url.deletingLastPathComponent()
      }.prefix(6)
    }
    let builds = ["release", "debug"].map {
      Fixtures.package.appendingPathComponent(".build/\($0)")
    }
    return try #require(
      (products + builds).map { $0.appendingPathComponent("sigmascope") }.first { url in
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
          atPath: url.path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue
          && FileManager.default.isExecutableFile(atPath: url.path)
      }, "the program is not built")
  }
}

/// Files that tests read.
enum Fixtures {
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = package.appendingPathComponent("Tests/Fixtures")
  /// Five real runs of 100 steps on a model of two layers.
  static let demo = package.appendingPathComponent("notebooks-data/tiny-qwen2-grpo")
}
