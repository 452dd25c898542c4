import Foundation
import Testing

/// What happens when the report cannot be written.
@Suite("Output that cannot be written") struct OutputFailureTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `a file where a parent folder should be is one line and code 74`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let file = try scratch.write("file", text: "a file")
    let outcome = try await scratch.run("analyze", adapter, "--out", "\(file)/out")
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.hasPrefix("error: "))
    #expect(outcome.standardError.contains("\(file)/out"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
  func `a parent that takes no folders is one line and code 74`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run("analyze", adapter, "--out", "/proc/sigmascope-out")
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("/proc/sigmascope-out"))
  }

  @Test(.enabled(if: !Permissions.areIgnored))
  func `a read-only parent is one line and code 74`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    try scratch.write("closed/file", text: "")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: scratch.path("closed"))
    let outcome = try await scratch.run("analyze", adapter, "--out", scratch.path("closed/out"))
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
  }

  @Test(.enabled(if: SmallDisk.canBeMounted), arguments: [16, 64, 256])
  func `a full disk is code 74 and leaves no report behind`(kilobytes: Int) async throws {
    let adapter = try scratch.copyAdapter("lora")
    let disk = try SmallDisk(at: scratch.path("disk"), kilobytes: kilobytes)
    defer { disk.unmount() }
    let outcome = try await scratch.run("analyze", adapter, "--quiet", "--out", "disk/out")
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("no space left on device"))
    #expect(try disk.names().filter { !$0.hasSuffix(".partial") }.isEmpty)
  }

  @Test(.enabled(if: SmallDisk.canBeMounted))
  func `compare ends on a full disk as analyze does`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let disk = try SmallDisk(at: scratch.path("disk"), kilobytes: 16)
    defer { disk.unmount() }
    let outcome = try await scratch.run(
      "compare", adapter, "--quiet", "--memory", "1G", "--cache-limit", "1G", "--out", "disk/out")
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("no space left on device"))
  }

  @Test(.enabled(if: SmallDisk.canBeMounted))
  func `a full disk leaves an older report as it was`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let disk = try SmallDisk(at: scratch.path("disk"), kilobytes: 400)
    defer { disk.unmount() }
    let first = try await scratch.run(
      "analyze", adapter, "--quiet", "--formats", "json", "--out", "disk/out")
    try #require(first.status == 0, "\(first.standardError)")
    let before = try scratch.files(in: "disk/out")
    let second = try await scratch.run("analyze", adapter, "--quiet", "--out", "disk/out")
    #expect(second.status == 74, "\(second.standardError)")
    #expect(try scratch.files(in: "disk/out") == before)
  }

  @Test(.enabled(if: SmallDisk.canBeMounted))
  func `a full disk for the cache is no failure`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let disk = try SmallDisk(at: scratch.path("disk"), kilobytes: 64)
    defer { disk.unmount() }
    let outcome = try await scratch.run(
      "analyze", adapter, "--quiet", "--out", scratch.path("out"),
      environment: ["SIGMASCOPE_CACHE": scratch.path("disk/cache")])
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  /// Runs a command of the shell, in which `$0` is the program and `$1` an adapter.
  private func shell(_ command: String) throws -> Int32? {
    let adapter = "adapters/lora"
    if !scratch.exists(adapter) { _ = try scratch.copyAdapter("lora") }
    return try SpawnedProgram.exitCode(
      "/bin/sh", ["-c", command, try Sigmascope().executable.path, adapter],
      folder: scratch.folder.path)
  }

  @Test(arguments: ["2>&-", "2>/dev/full", "0<&- 2>&-"])
  func `messages that cannot be written are dropped, and nothing else is lost`(
    errors: String
  ) throws {
    #expect(try shell("\"$0\" analyze \"$1\" --no-cache --out out \(errors)") == 0)
    #expect(scratch.exists("out/report.html"))
    #expect(!scratch.exists("out.partial"))
  }

  @Test(arguments: ["2>&-", "2>/dev/full"])
  func `an error that cannot be written keeps its code`(errors: String) throws {
    #expect(try shell("\"$0\" analyze nowhere \(errors)") == 65)
    #expect(try shell("\"$0\" train --base nowhere --out run \(errors)") == 65)
    #expect(try shell("\"$0\" analyze --nope \(errors)") == 64)
  }

  @Test(arguments: ["list metrics", "inspect \"$1\"", "--help", "analyze --help", "--version"])
  func `results that cannot be written are code 74`(command: String) throws {
    for output in [">&-", ">/dev/full"] {
      #expect(try shell("\"$0\" \(command) \(output)") == 74, "\(command) \(output)")
    }
  }

  @Test func `a report is whole though its summary cannot be printed`() throws {
    #expect(try shell("\"$0\" analyze \"$1\" --no-cache --out out >/dev/full") == 74)
    #expect(scratch.exists("out/report.html"))
  }
}
