import Studies

/// own_best.csv: one row for each arm. The lists have spaces between their numbers, one a judged seed but
/// for the rates.
enum OwnBestTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["arm", "rates", "seeds", "chosen_rates", "scores"] + CSVTable.columns(of: "score")
        + CSVTable.differenceColumns)
    for best in comparison.ownBest {
      table.add(best.arm)
      table.add(list(best.rates))
      table.add(list(best.seeds))
      table.add(list(best.chosenRates))
      table.add(list(best.scores))
      table.add(best.score)
      table.add(best.difference)
      table.endRow()
    }
    return table.bytes
  }

  private static func list(_ numbers: [some CustomStringConvertible]) -> String {
    numbers.map(\.description).joined(separator: " ")
  }
}
