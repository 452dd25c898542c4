import Diagnosis
import Studies

/// A table of a page: sortable, and without columns in which nothing stands.
struct PageTable {
  struct Cell {
    let text: String
    /// What it is sorted by, if not by its text.
    var sorted: Double?

    static let empty = Cell(text: "")

    static func text(_ text: String?) -> Cell { Cell(text: text ?? "") }
    static func count(_ count: Int?) -> Cell {
      Cell(text: count.map(String.init) ?? "", sorted: count.map(Double.init))
    }
    /// A number with three significant digits.
    static func number(_ value: Double?) -> Cell {
      Cell(text: value.map { Numbers.text($0) } ?? "", sorted: value)
    }
    static func rate(_ rate: Double?) -> Cell {
      Cell(text: rate.map(Words.rate) ?? "", sorted: rate)
    }
    /// A rate that was found, to two digits.
    static func measuredRate(_ rate: Double?) -> Cell {
      Cell(text: rate.map(Words.twoDigitRate) ?? "", sorted: rate)
    }
    /// A rate to try, to one digit.
    static func advisedRate(_ rate: Double?) -> Cell {
      Cell(text: rate.map(Words.roundRate) ?? "", sorted: rate)
    }
    /// A number as it was set, without digits that it does not have.
    static func setting(_ value: Double?) -> Cell {
      Cell(text: value.map(Numbers.setting) ?? "", sorted: value)
    }
    /// `2 of 3`; nothing for none.
    static func share(_ count: Int, of all: Int) -> Cell {
      Cell(text: count == 0 ? "" : "\(count) of \(all)", sorted: Double(count))
    }
    /// `[0.812, 0.877]`.
    static func interval(_ interval: ConfidenceInterval?) -> Cell {
      Cell(text: interval.map(\.text) ?? "", sorted: interval?.lower)
    }
    /// The same of numbers of any size, each with three significant digits.
    static func measuredInterval(_ interval: ConfidenceInterval?) -> Cell {
      Cell(
        text: interval.map { "[\(Numbers.text($0.lower)), \(Numbers.text($0.upper))]" } ?? "",
        sorted: interval?.lower)
    }
    /// A score, with as many decimals as its neighbours.
    static func score(_ value: Double?) -> Cell {
      Cell(text: value.map { Numbers.fixed($0, decimals: 3) } ?? "", sorted: value)
    }
    static func difference(_ value: Double?) -> Cell {
      Cell(text: value.map { Numbers.signed($0) } ?? "", sorted: value)
    }
  }

  struct Row {
    /// Its class: `bad`.
    var style = ""
    /// One for each column.
    let cells: [Cell]
  }

  let columns: [String]
  let rows: [Row]

  /// For a skeleton: `head`, and `rows` with `cells`; whether there are any.
  var values: [String: Any] {
    let shown = columns.indices.filter { column in
      rows.contains { !$0.cells[column].text.isEmpty }
    }
    // Text stands at the left, numbers at the right.
    let styles = columns.indices.map { column in
      rows.contains { $0.cells[column].sorted != nil } ? "" : "text"
    }
    return [
      "hasRows": !rows.isEmpty,
      "head": shown.map { ["text": columns[$0], "style": styles[$0]] },
      "rows": rows.map { row in
        ["style": row.style, "cells": shown.map { values(of: row.cells[$0], styles[$0]) }]
          as [String: Any]
      },
    ]
  }

  private func values(of cell: Cell, _ style: String) -> [String: String] {
    // A cell without a value comes last, however the table is sorted.
    let sorted = cell.text.isEmpty ? "" : cell.sorted.map { "\($0)" } ?? cell.text
    return ["text": cell.text, "sorted": sorted, "style": style]
  }
}

extension ConfidenceInterval {
  /// `[0.812, 0.877]`.
  var text: String {
    "[\(Numbers.fixed(lower, decimals: 3)), \(Numbers.fixed(upper, decimals: 3))]"
  }
}
