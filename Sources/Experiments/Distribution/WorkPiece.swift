package import Foundation

/// A piece of a work that can be divided, as all processes of the work know it.
package struct WorkPiece: Sendable {
  /// An estimate of the work in it, in any unit.
  package let cost: Double
  /// The bytes that it needs at once.
  package let memory: Int
  /// Whether it is worked on alone, with all threads inside BLAS.
  package let isAlone: Bool
  /// The positions in it that were finished before; the process that gets the piece does not repeat them.
  package var finished: [Int] = []
  /// Whether nothing of it is left to do.
  package var isDone = false

  package init(cost: Double, memory: Int = 0, isAlone: Bool = false) {
    self.cost = cost
    self.memory = memory
    self.isAlone = isAlone
  }
}

/// A piece that a worker was given.
package struct WorkTask: Codable, Equatable, Sendable {
  /// Its index among the pieces of the work.
  package let index: Int
  /// ``WorkPiece/finished``, as the process knows it that handed it out.
  package let finished: [Int]
}

/// Does a piece, and hands on each result as bytes.
package typealias PieceWorker = (WorkTask, _ emit: @Sendable (Data) throws -> Void) async throws ->
  Void

/// A work in pieces, and how it is done in this process.
package struct DividedWork: Sendable {
  /// In the order in which they are begun. Every process has the same, but for what it knows to be finished.
  package let pieces: [WorkPiece]
  /// Differs between works whose results may not be mixed.
  package let fingerprint: String
  /// How many pieces this process works on at once.
  package let jobs: Int
  /// The most bytes that they may use together. A piece that needs more is worked on alone.
  package let memory: Int
  /// How many threads BLAS has for a piece that is worked on alone. The setting holds for the whole process.
  package let threads: Int
  /// Makes a worker; each calls it once, on its own thread.
  package let worker: @Sendable () throws -> PieceWorker
  /// Keeps a result, in the process that keeps them; called from any thread.
  package let deliver: @Sendable (Data) throws -> Void

  package init(
    pieces: [WorkPiece], fingerprint: String, jobs: Int, memory: Int = .max,
    threads: Int = HugeMatrix.threads,
    worker: @escaping @Sendable () throws -> PieceWorker,
    deliver: @escaping @Sendable (Data) throws -> Void
  ) {
    self.pieces = pieces
    self.fingerprint = fingerprint
    self.jobs = jobs
    self.memory = memory
    self.threads = threads
    self.worker = worker
    self.deliver = deliver
  }
}
