import ArgumentParser
import Reports

/// What plots are drawn for.
struct PlotArguments: ParsableArguments {
  @Option(
    help: """
      What plots are drawn for, separated by commas: screen (SVG with title), paper (SVG and PDF without title, \
      6.8 inches wide, in plots/paper), column (the same, 3.3 inches wide, in plots/column).
      """)
  var plots = MediumList(media: [.screen])

  var media: Set<Medium> { plots.media }
}

/// Media, separated by commas.
struct MediumList: ExpressibleByArgument {
  static let defaultCompletionKind = CompletionKind.list(Medium.allCases.map(\.rawValue))

  let media: Set<Medium>

  init(media: Set<Medium>) { self.media = media }

  init?(argument: String) {
    let found = argument.split(separator: ",").map { Medium(rawValue: String($0)) }
    guard !found.isEmpty, !found.contains(nil) else { return nil }
    media = Set(found.compactMap(\.self))
  }

  var defaultValueDescription: String {
    Medium.allCases.filter(media.contains).map(\.rawValue).joined(separator: ",")
  }
}
