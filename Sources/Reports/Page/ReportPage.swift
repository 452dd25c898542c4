import Diagnosis
import Spectra

/// report.html: one file that explains the analysis and loads no other file.
struct ReportPage {
  let analysis: Analysis
  let overview: ResultsOverview
  let plots: [DrawnPlot]

  func html() throws -> String {
    let runs = entries
    let count = analysis.principalCount
    return try Page(
      body: .analysis, scripts: [.chartScript, .analysisScript, .moduleScript]
    ).html(
      title: title,
      [
        "runs": runs.map(\.row), "cards": runs.map { $0.card(isOpen: runs.count == 1) },
        "plots": plots.filter { $0.plot.isOnPage && !$0.figures.isEmpty }.map(\.values),
        "data": try PageData(of: analysis, overview).text(),
        "topCount": count.number,
        "topCountRemark": count.isCut ? count.remark : " (at most half of a matrix's own)",
        "numerics": numerics,
        "command": analysis.command.joined(separator: " "), "version": analysis.version,
      ])
  }

  /// All runs: what is known of one without measured matrices, such as one that trains vectors alone, is said too. Those of the
  /// plots come first, with their styles there.
  private var entries: [RunEntry] {
    let runs = analysis.shownRuns + analysis.runs.filter(\.steps.isEmpty)
    return zip(runs, SeriesStyle.styles(ofMethods: runs.map(\.method)))
      .map { RunEntry(run: $0, style: $1) }
  }

  private var title: String {
    let names = analysis.runs.map(\.name)
    return names.prefix(3).joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  private var numerics: [[String: String]] {
    let descriptions: [(Numerics.Route, String)] = [
      (.gram, "eigenvalues of the Gram matrix in Float64"),
      (.refined, "Gram matrix, and the matrix itself for values below 1e-6 of the largest"),
      (.gesdd, "full decomposition, because the spectrum reaches too far below 1e-6 of its top"),
      (.factors, "QR of the factors and a small core"),
      (.lanczos, "block Lanczos, stopped by its residual"),
    ]
    let routes = [
      ("base", overview.baseRoutes), ("update", overview.updateRoutes),
      ("base + update", overview.adaptedRoutes),
    ]
    return routes.flatMap { label, counts in
      descriptions.compactMap { kind, text in
        counts[kind].map { ["what": label, "count": String($0), "how": text] }
      }
    }
  }
}

extension DrawnPlot {
  /// For the skeleton. Many pictures of one plot, such as one for each run, are folded.
  fileprivate var values: [String: Any] {
    [
      "summary": plot.summary, "count": figures.count, "isFolded": figures.count > 2,
      "figures": figures.map(\.values),
    ]
  }
}
