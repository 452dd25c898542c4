import ArgumentParser
import Foundation

/// A study that is part of the program: a file of `notebooks-data/presets`.
enum StudyPreset: String, ExpressibleByArgument, CaseIterable {
  case quick, full, law, rates, noise, fair

  /// The TOML file.
  var text: String {
    let file = EmbeddedFiles.files(in: "presets").first { $0.lastComponent == "\(rawValue).toml" }
    guard let file else { preconditionFailure("no preset \(rawValue) is compiled in") }
    return String(decoding: file.data, as: UTF8.self)
  }
}
