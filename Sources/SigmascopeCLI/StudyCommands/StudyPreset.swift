import ArgumentParser
import Foundation

/// A study that is part of the program: a file of `notebooks-data/presets`.
enum StudyPreset: String, ExpressibleByArgument, CaseIterable {
  case quick, full, law, rates, noise, fair

  /// What it trains, and how long that takes on two cores.
  private var summary: String {
    switch self {
    case .quick: "six ways of training at two rates; five minutes"
    case .full: "20 ways at five rates, and controls; an hour"
    case .law: "the rates at which starts die; an hour and a half"
    case .rates: "supervised, thirteen rates; ten minutes"
    case .noise: "noise between sampler and trainer; ten minutes"
    case .fair: "every way at its own best rate; half an hour"
    }
  }

  /// All of them in a sentence.
  static let help = allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")

  /// The TOML file.
  var text: String {
    let file = EmbeddedFiles.files(in: "presets").first { $0.lastComponent == "\(rawValue).toml" }
    guard let file else { preconditionFailure("no preset \(rawValue) is compiled in") }
    return String(decoding: file.data, as: UTF8.self)
  }
}
