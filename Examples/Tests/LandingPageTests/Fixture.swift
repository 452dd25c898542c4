import Foundation

/// Files of the repository that examples read.
enum Fixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../Tests/Fixtures/\(name)").standardizedFileURL.path
  }
}
