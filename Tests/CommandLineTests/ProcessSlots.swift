import Foundation

/// Lets a few programs run at once.
///
/// All tests begin together. Without a limit hundreds of programs run side by side, and the tests hold more than a
/// thousand files open; from 1,350 on Foundation reads beyond its list of them when it starts a program (`d_name` is
/// copied with all its 256 bytes), and may crash.
actor ProcessSlots {
  static let shared = ProcessSlots(count: 2 * ProcessInfo.processInfo.activeProcessorCount)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) { free = count }

  /// Does something that starts a program and waits for its end.
  nonisolated func run<Result: Sendable>(
    _ work: @Sendable () async throws -> Result
  ) async throws -> Result {
    await take()
    do {
      let result = try await work()
      await give()
      return result
    } catch {
      await give()
      throw error
    }
  }

  private func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func give() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}
