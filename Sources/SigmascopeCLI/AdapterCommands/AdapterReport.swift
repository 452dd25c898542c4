import ArgumentParser
import Documents
import Foundation

/// The report of `analyze` beside an adapter that was written: of the update that the adapter was made from, by the code
/// of that command.
struct AdapterReport {
  private let command: AnalyzeCommand
  private let arguments: [String]

  /// - Parameters:
  ///   - folder: The folder of the report, which must not exist.
  ///   - source: What `analyze` is asked for: the checkpoint, and options that say what it is compared with.
  ///   - jobs: How many matrices are worked on at once; nil for the default.
  ///   - isQuiet: Whether standard output belongs to a document.
  /// - Throws: ``OutputError/exists(path:option:)``.
  init(in folder: String, of source: [String], jobs: Int?, isQuiet: Bool) throws {
    try AtomicFolder.checkAbsent(folder, option: "--report")
    let jobs = jobs.map { ["--jobs", "\($0)"] } ?? []
    arguments = ["analyze"] + source + ["--steps", "last", "--out", folder] + jobs
    command = try AnalyzeCommand.parse(Array(arguments.dropFirst()) + (isQuiet ? ["--quiet"] : []))
  }

  /// Analyses and writes the report. A stop names the command that continues.
  /// - Throws: What `analyze` throws.
  func write() async throws { try await command.carryOut(as: arguments) }
}
