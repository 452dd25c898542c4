#if MPI
  import COpenMPI
  import Foundation
  import Synchronization

  /// The ranks of an MPI job.
  ///
  /// One thread calls MPI. It is none of those that run tasks: they are inside BLAS for minutes. It looks for messages and
  /// sleeps in between, because a blocking receive of MPI keeps a processor busy.
  package final class MPIChannel: MessageChannel {
    package let rank: Int
    package let size: Int
    private let failing: @Sendable (MPIError) -> Never
    private let state = Mutex(State())

    private struct State {
      var outbox: [Message] = []
      var handle: (@Sendable (Message) -> Void)?
      var ending: CheckedContinuation<Void, Never>?
    }

    private init(rank: Int, size: Int, failing: @escaping @Sendable (MPIError) -> Never) {
      self.rank = rank
      self.size = size
      self.failing = failing
    }

    /// Starts MPI and its thread. It can be done once in a process.
    /// - Parameter failing: Called on the thread of MPI when a message is lost, so that the work cannot be finished. It
    ///   ends all ranks.
    /// - Throws: ``MPIError``.
    package static func start(
      failing: @escaping @Sendable (MPIError) -> Never
    ) async throws -> MPIChannel {
      try await withCheckedThrowingContinuation { ready in
        Thread.detachNewThread {
          let code = sigmascope_mpi_start()
          guard code == 0 else { return ready.resume(throwing: MPIError(code: code)) }
          let channel = MPIChannel(
            rank: Int(sigmascope_mpi_rank()), size: Int(sigmascope_mpi_size()), failing: failing)
          ready.resume(returning: channel)
          channel.loop()
        }
      }
    }

    package func onMessage(_ handle: @escaping @Sendable (Message) -> Void) {
      state.withLock { $0.handle = handle }
    }

    package func send(_ bytes: [UInt8], to rank: Int) {
      state.withLock { $0.outbox.append(Message(from: rank, bytes)) }
    }

    /// Sends what waits, and ends MPI when all ranks do.
    package func finish() async {
      await withCheckedContinuation { ending in state.withLock { $0.ending = ending } }
    }

    /// Ends all ranks at once, with an exit code.
    package static func abort(code: Int32) -> Never {
      sigmascope_mpi_abort(code)
      // The launcher ends this process too.
      while true { sleep(1) }
    }

    private func loop() {
      var leaving = unsafe [UnsafeMutableRawPointer]()
      var pause = Self.shortestPause
      while true {
        let (outbox, handle, ending) = state.withLock { state in
          defer { state.outbox = [] }
          return (state.outbox, state.handle, state.ending)
        }
        for message in outbox { unsafe leaving.append(begin(message)) }
        unsafe leaving.removeAll { unsafe sigmascope_mpi_has_left($0) != 0 }
        if let handle, let message = receive() {
          handle(message)
          pause = Self.shortestPause
          continue
        }
        if let ending, outbox.isEmpty, unsafe leaving.isEmpty {
          _ = sigmascope_mpi_finish()
          return ending.resume()
        }
        usleep(pause)
        pause = min(2 * pause, Self.longestPause)
      }
    }

    /// In microseconds. A look costs one.
    private static let shortestPause: UInt32 = 100
    private static let longestPause: UInt32 = 10_000

    private func begin(_ message: Message) -> UnsafeMutableRawPointer {
      let sending = unsafe message.bytes.withUnsafeBytes { bytes in
        unsafe sigmascope_mpi_send(bytes.baseAddress, Int32(bytes.count), Int32(message.rank))
      }
      guard let sending = unsafe sending else { failing(MPIError("a message cannot be sent")) }
      return unsafe sending
    }

    private func receive() -> Message? {
      var found: Int32 = 0
      var envelope = sigmascope_mpi_envelope()
      let looked = unsafe sigmascope_mpi_peek(&found, &envelope)
      guard looked == 0 else { failing(MPIError(code: looked)) }
      guard found != 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: Int(envelope.count))
      let received = unsafe sigmascope_mpi_receive(&bytes, envelope)
      guard received == 0 else { failing(MPIError(code: received)) }
      return Message(from: Int(envelope.source), bytes)
    }
  }

  /// What MPI says of a fault.
  package struct MPIError: Error, CustomStringConvertible {
    package let description: String

    init(_ fault: String) {
      description = "MPI: \(fault); what is in the journal is kept for --resume"
    }

    init(code: Int32) {
      self.init(
        unsafe text { text, capacity in unsafe sigmascope_mpi_error_text(code, text, capacity) })
    }
  }

  extension MPIChannel {
    /// The library's own description of itself, its first line.
    package static var library: String {
      String(
        unsafe text { text, capacity in unsafe sigmascope_mpi_library(text, capacity) }
          .prefix { !$0.isNewline })
    }
  }

  /// The text that a function of C writes.
  private func text(_ write: (UnsafeMutablePointer<CChar>, Int32) -> Void) -> String {
    var bytes = [CChar](repeating: 0, count: 1024)
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { unsafe write(start, Int32(buffer.count)) }
    }
    return String(
      decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
#endif
