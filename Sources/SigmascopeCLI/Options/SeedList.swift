import ArgumentParser

/// Seeds as commands take them: a list of numbers.
enum SeedList {
  /// - Throws: `ValidationError` if it is empty, or a number is negative or there twice.
  static func validate(_ seeds: [Int]) throws {
    guard !seeds.isEmpty, seeds.allSatisfy({ $0 >= 0 }), Set(seeds).count == seeds.count else {
      throw ValidationError("--seeds must be different numbers from 0, such as --seeds 0 1 2.")
    }
  }
}
