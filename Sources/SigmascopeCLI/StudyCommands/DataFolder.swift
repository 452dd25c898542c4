import Foundation

/// Where the embedded base and the presets of studies lie: `notebooks-data` of the project.
enum DataFolder {
  static let name = "notebooks-data"

  /// The folder: that of the environment's `SIGMASCOPE_DATA`, one in this folder, or one beside the program
  /// or above it.
  /// - Throws: ``ConfigurationError`` if there is none.
  static func locate() throws -> URL {
    if let given = ProcessInfo.processInfo.environment["SIGMASCOPE_DATA"] {
      return URL(fileURLWithPath: given)
    }
    let program = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
      .resolvingSymlinksInPath()
    var places = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
    var folder = program.deletingLastPathComponent()
    while folder.path != "/" {
      places.append(folder)
      folder = folder.deletingLastPathComponent()
    }
    for place in places {
      let found = place.appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: found.appendingPathComponent("presets").path) {
        return found
      }
    }
    throw ConfigurationError(
      path: name, line: nil,
      reason: "not found beside the program: run it in the project's folder, or set SIGMASCOPE_DATA"
    )
  }
}
