import ArgumentParser
import Experiments
import Foundation
import LinearAlgebra

/// Says what the program runs on, and whether its linear algebra computes what it should.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Show versions, the BLAS in use, threads, memory and caches, and check the arithmetic.",
    discussion: "Example: sigmascope doctor")

  func run() throws {
    let library = LinearAlgebraLibrary.current
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / 1e9
    let cache = BasisCache.defaultFolder(environment: ProcessInfo.processInfo.environment)
    print("sigmascope  \(Sigmascope.version)")
    print("system      \(ProcessInfo.processInfo.operatingSystemVersionString)")
    print("BLAS        \(library.configuration)")
    print("core        \(library.core)")
    print("processors  \(ThreadCount.processors)")
    print("memory      \(String(format: "%.1f", memory)) GB")
    print("cache       \(cache.path)")
    let peak = try SelfCheck.productRate()
    print("dgemm       \(String(format: "%.0f", peak)) GFLOP/s on one thread")
    let deviation = try SelfCheck.largestDeviation()
    print(
      "self-check  \(deviation < SelfCheck.bound ? "passed" : "FAILED") (deviation \(deviation))")
    if deviation >= SelfCheck.bound { throw ExitCode.failure }
  }
}

/// A decomposition whose result is known, and the speed of one product.
enum SelfCheck {
  /// 64 · ε · the dimension: the largest error that rounding explains.
  static let bound = 64 * Double.ulpOfOne * 200

  /// The largest relative deviation of singular values from those the matrix was made with.
  static func largestDeviation() throws -> Double {
    var generator = SplitMix64(seed: 1)
    let values = (1...100).map { 1 / Double($0) }
    let left = generator.orthonormalFrame(rows: 200, columns: 100)
    let right = generator.orthonormalFrame(rows: 150, columns: 100)
    let matrix = Matrix.product(left * .diagonal(values), .asStored, right, .transposed)
    return zip(try matrix.singularValues(), values).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// 10⁹ floating point operations a second of a 1024³ product, the best of five.
  static func productRate() throws -> Double {
    var generator = SplitMix64(seed: 2)
    let matrix = generator.gaussianMatrix(rows: 1024, columns: 1024)
    let best = (0..<5).map { _ in
      ContinuousClock().measure { _ = matrix * matrix } / .seconds(1)
    }.min()
    return 2 * 1024 * 1024 * 1024 / (best ?? .infinity) / 1e9
  }
}
