import ArgumentParser
import Experiments
import Foundation
import MessagePassing

/// Which part of the work this process does.
struct DistributionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Do one of N shares of the work, 0/N to N-1/N, and write no report; the same command with --resume in place of \
      --shard does what is missing and writes it.
      """, valueName: "i/n"))
  var shard: Shard?

  @Flag(
    help: """
      Share the work with the other ranks of this MPI job; rank 0 writes the report. For programs that were built with \
      --traits MPI.
      """)
  var mpi = false

  /// Whether other processes do a part of the work.
  var isShared: Bool { shard != nil || mpi }

  func validate() throws {
    guard mpi else { return }
    if shard != nil {
      throw ValidationError("--mpi and --shard are two ways to share the work: give one of them.")
    }
    #if !MPI
      throw ValidationError(
        "--mpi needs a program that was built with MPI: swift build -c release --product sigmascope "
          + "--traits MPI. Without it there is --shard.")
    #endif
  }

  /// Throws if only the plan is asked for, which is that of all processes.
  func validate(isPlan: Bool) throws {
    if isPlan, isShared {
      throw ValidationError(
        "--plan says what the whole work takes: give it without --shard and --mpi.")
    }
  }

  /// Throws if this process does not see the results of all, and an option needs them.
  func validate(forbidding option: String, where isGiven: Bool) throws {
    guard isGiven else { return }
    if shard != nil {
      throw ValidationError("\(option) needs the results of all shards: give it without --shard.")
    }
    if mpi { throw ValidationError("\(option) works in one process: give it without --mpi.") }
  }

  /// Does work with the distribution that is asked for, and says how the work goes on.
  func carryingOut<Result>(
    isQuiet: Bool, _ work: (any WorkDistribution) async throws -> Result
  ) async throws -> Result {
    if mpi { return try await carryingOutOverRanks(work) }
    guard let shard else { return try await work(LocalDistribution()) }
    let result = try await work(ShardDistribution(shard))
    if !isQuiet { Terminal.show("shard \(shard) is done; when all are: \(OwnCommand.merging)") }
    return result
  }

  #if MPI
    private func carryingOutOverRanks<Result>(
      _ work: (any WorkDistribution) async throws -> Result
    ) async throws -> Result {
      let channel = try await MPIChannel.start { error in
        Failure(error, leaving: MPIChannel.abort).exit()
      }
      let started = Launcher.processCount(environment: ProcessInfo.processInfo.environment) ?? 1
      if channel.size == 1, started > 1 {
        await channel.finish()
        throw ValidationError(
          "\(started) processes were started, but MPI (\(MPIChannel.library)) knows of one: the launcher is of "
            + "another MPI. Under Slurm take srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH), else the mpirun "
            + "of the MPI that this program was built with.")
      }
      do {
        let result = try await work(RankDistribution(channel))
        await channel.finish()
        return result
      } catch is CancellationError {
        // The signal that stopped this rank came to all of them.
        throw CancellationError()
      } catch {
        Failure(error, leaving: MPIChannel.abort).exit()
      }
    }
  #else
    private func carryingOutOverRanks<Result>(
      _ work: (any WorkDistribution) async throws -> Result
    ) async throws -> Result { preconditionFailure("validate() refuses --mpi") }
  #endif
}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
