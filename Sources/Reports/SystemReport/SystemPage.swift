import Studies

/// report.html of a system.
struct SystemPage {
  let outcome: SystemOutcome
  let figures: [Figure]

  func html() throws -> String {
    let system = outcome.system
    return try Page(body: .system, styles: [.claimStyle]).html(
      title: system.title,
      [
        "summary": system.summary.capitalizedFirst + ".", "paper": system.paper,
        "hasClaims": !outcome.claims.isEmpty,
        "claims": outcome.claims.map { ClaimEntry($0).values },
        "figures": figures.map(\.values),
        "arms": system.arms.map { ["name": $0.name, "summary": $0.summary] },
        "measures": system.measures.map(values(of:)), "size": outcome.size,
        "seeds": outcome.seeds.count, "command": outcome.command.joined(separator: " "),
        "version": outcome.version,
      ])
  }

  /// A measure with the table of its arms: few columns, so that no screen cuts them.
  private func values(of measure: SystemDescription.Measure) -> [String: Any] {
    let results = outcome.results.filter { $0.measure == measure.name }
    let table = PageTable(
      columns: ["Arm", measure.axis.capitalizedFirst, "Mean", "95 % CI"],
      rows: results.map { result in
        PageTable.Row(cells: [
          .text(result.arm), .setting(result.x), .number(result.estimate.mean),
          .measuredInterval(result.estimate.interval),
        ])
      })
    return [
      "title": measure.title, "summary": measure.summary,
      "unit": measure.shownUnit ?? "",
      "table": table.values,
    ]
  }
}

extension SystemDescription.Measure {
  /// Its name as people write it.
  var title: String { name.spelledOut.capitalizedFirst }

  /// Its unit; nil for a plain number, and if the name says it already.
  var shownUnit: String? { ["1", name].contains(unit) ? nil : unit }
}
