#if os(Linux)
  import Foundation
  import Glibc
  import Testing

  /// What `nice` means for a program whose threads others make.
  @Suite("Niceness") struct NicenessTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `every thread that works has the niceness of the process, root's too`() async throws
    {
      let program = try Sigmascope().executable.path
      let running = try RunningSigmascope(
        executable: URL(fileURLWithPath: "/usr/bin/env"),
        arguments: [
          "nice", "-n", "7", program, "train", "--base", "scratchpad", "--steps", "2000", "--out",
          "run",
          "--threads", "2",
        ], environment: ProcessInfo.processInfo.environment, folder: scratch.folder)
      defer { running.send(SIGKILL) }
      var nicenesses: [Int] = []
      while running.isRunning, nicenesses.count < 2 {
        try await Task.sleep(for: .milliseconds(20))
        nicenesses = Self.working(of: running.identifier)
      }
      let said = try running.standardError()
      #expect(nicenesses.count >= 2, "\(said)")
      // The tests may be nice themselves.
      let expected = min(19, Int(nice(0)) + 7)
      #expect(nicenesses.allSatisfy { $0 == expected }, "\(nicenesses)")
    }

    /// The nicenesses of the threads that have computed for a tenth of a second.
    private static func working(of process: Int32) -> [Int] {
      let folder = "/proc/\(process)/task"
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return threads.compactMap { thread in
        let line = (try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8)) ?? ""
        // After the name, which may hold spaces: the time in user mode is field 14, the niceness field 19.
        let fields = line.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 17, let ticks = Int(fields[12]), ticks >= 10 else { return nil }
        return Int(fields[17])
      }
    }
  }
#endif
