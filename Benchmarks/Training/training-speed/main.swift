// The speed of the training core: answers drawn, and steps of a policy gradient, low-rank and full, by
// the classes that `train` runs. Prints one line of JSON; Benchmarks/python/training_twin.py does the
// same work in PyTorch.
//
//     taskset -c 0 training-speed --width 64 --threads 1 --repeats 20

import Foundation
import LinearAlgebra

do {
  let options = try SpeedOptions(parsing: Array(CommandLine.arguments.dropFirst()))
  // As `train` does: the lanes use the processors, the library in each of them does not.
  MatrixMemory.keepFreedBlocks()
  ThreadCount.set(1)
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = .sortedKeys
  let line = try encoder.encode(try SpeedReport(options))
  FileHandle.standardOutput.write(line + Data("\n".utf8))
} catch {
  FileHandle.standardError.write(Data("training-speed: \(error)\n".utf8))
  exit(1)
}
