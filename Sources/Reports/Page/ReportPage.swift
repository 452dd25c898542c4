import Diagnosis
import Documents
import Foundation
import Mustache
import Spectra

/// report.html: one file that explains the analysis and loads no other file.
struct ReportPage {
  let analysis: Analysis
  let figures: [Figure]

  /// The page.
  func html() throws -> String {
    let template = try MustacheTemplate(string: PageTemplate.html)
    let page = template.render(
      [
        "style": PageTemplate.style,
        "script": PageTemplate.script,
        "title": title,
        "runs": analysis.shownRuns.map(card),
        "figures": figures.map { figure in
          [
            "title": figure.title, "caption": figure.caption,
            "svg": figure.svg.replacingOccurrences(of: Palette.style, with: ""),
          ]
        },
        "plotStyle": Palette.style,
        "data": tableData(),
        "topCount": analysis.topCount,
        "numerics": numerics,
        "command": analysis.command.joined(separator: " "),
        "version": analysis.version,
        "vectors": vectors,
      ] as [String: Any])
    return page.wellFormed
  }

  private var title: String {
    let names = analysis.shownRuns.map(\.name)
    return names.prefix(3).joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  private func card(_ run: RunAnalysis) -> [String: Any] {
    [
      "name": run.label, "status": run.verdict.status.rawValue,
      "word": run.verdict.status.word,
      "headline": run.verdict.headline, "sentences": run.verdict.sentences,
      "base": run.base?.name ?? "none", "hash": String(run.base?.contentHash.prefix(12) ?? "–"),
      "steps": run.steps.map { String($0.step) }.joined(separator: ", "),
      "ranks": run.verdict.suggestedRanks.sorted { $0.key < $1.key }.map {
        ["kind": $0.key, "rank": String($0.value)]
      },
      "hasRanks": !run.verdict.suggestedRanks.isEmpty,
      "findings": run.findings, "hasFindings": !run.findings.isEmpty,
    ]
  }

  /// The columns of the table that are shown at first, in their order; the rest by choice.
  static let shownColumns = [
    RelativeUpdateNorm.name, HeadShareRight.name, NullZRight.name, StableRank.name,
    EnergyRank99.name,
    NormalizedSpectralShift.name, PrincipalAngleRightMax.name, BF16UpdateSparsity.name,
  ]

  /// The table as JSON for the page's script: names once, then a row of numbers for each module.
  private func tableData() -> String {
    let names = MetricRegistry.names.filter { name in
      analysis.modules.contains { $0.metrics[name] != nil }
    }
    let metrics = MetricRegistry.all.filter { names.contains($0.name) }
    let chance = analysis.modules.map { module in
      module.nulls.first { $0.metric == HeadShareRight.name }?.mean
    }
    let rows = zip(analysis.modules, chance).map { module, chance -> JSONValue in
      let identity = module.identity
      return .array(
        [
          .string(identity.run), .integer(identity.step), .string(identity.module),
          identity.layer.map(JSONValue.integer) ?? .null, .string(identity.kind),
          .string("\(identity.rows)×\(identity.columns)"), .integer(module.nonFiniteCount),
          Self.number(chance),
        ] + names.map { Self.number(module.metrics[$0]) })
    }
    let root = JSONValue.record([
      "names": .array(names.map(JSONValue.string)),
      "rows": .array(rows),
      "runs": .array(
        analysis.shownRuns.map { run in
          .record(["name": .string(run.name), "steps": .array(run.steps.map { .integer($0.step) })])
        }),
      "shown": .array(Self.shownColumns.filter(names.contains).map(JSONValue.string)),
      "summaries": .array(
        metrics.map { .string("\($0.summary). Range \($0.range), \($0.unit).") }),
    ])
    // A script element ends at the first "</", so slashes and "<" are escaped.
    return String(root.line.dropLast())
      .replacing("/", with: "\\/").replacing("<", with: "\\u003c")
  }

  /// A number, or null where there is none that JSON knows.
  private static func number(_ value: Double?) -> JSONValue {
    value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  private var numerics: [[String: String]] {
    let descriptions: [(Numerics.Route, String)] = [
      (.gram, "eigenvalues of the Gram matrix in Float64"),
      (.gesdd, "full decomposition, because the spectrum reaches below 1e-6 of its top"),
      (.factors, "QR of the factors and a small core"),
      (.lanczos, "block Lanczos, stopped by its residual"),
    ]
    let routes: [(String, KeyPath<Numerics, Numerics.Route?>)] = [
      ("base", \.base), ("update", \.update), ("base + update", \.adapted),
    ]
    return routes.flatMap { label, route in
      descriptions.compactMap { kind, text in
        let count = analysis.modules.count { $0.numerics[keyPath: route] == kind }
        return count == 0 ? nil : ["what": label, "count": String(count), "how": text]
      }
    }
  }

  private var vectors: String {
    let changed = analysis.vectors.count { $0.updateNorm > 0 }
    return analysis.vectors.isEmpty
      ? ""
      : "\(changed) of \(analysis.vectors.count) vectors (biases, gains) changed; see vectors.csv."
  }
}
