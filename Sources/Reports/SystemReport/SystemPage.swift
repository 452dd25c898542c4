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
        "figures": figures.map(\.values), "arms": arms.values, "size": outcome.size,
        "seeds": outcome.seeds.count, "command": outcome.command.joined(separator: " "),
        "version": outcome.version,
      ])
  }

  private var arms: PageTable {
    let measures = outcome.system.measures
    return PageTable(
      columns: ["Arm", "What it is"] + measures.flatMap { [$0.name, "95 % CI of \($0.name)"] },
      rows: outcome.system.arms.map { arm in
        PageTable.Row(
          cells: [.text(arm.name), .text(arm.summary)]
            + measures.flatMap { measure -> [PageTable.Cell] in
              let found = outcome.results.first {
                $0.arm == arm.name && $0.measure == measure.name
              }
              return [.number(found?.estimate.mean), .interval(found?.estimate.interval)]
            })
      })
  }
}
