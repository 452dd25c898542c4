import Documents
package import Studies

/// Everything that is written about a run of a paper's system.
package enum SystemReport {
  /// The files: measurements.csv, claims.csv, system.json, a plot a measure and a page. The same measurements give the
  /// same bytes.
  /// - Parameters:
  ///   - measurements: Of all arms and seeds.
  ///   - outcome: What they say.
  ///   - media: What plots are drawn for.
  package static func files(
    of measurements: [SystemMeasurement], _ outcome: SystemOutcome, media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    func figures(_ medium: Medium) -> [Figure] {
      outcome.system.measures.compactMap { measure in
        MeasurePlot(
          measure: measure, arms: outcome.system.arms, measurements, width: medium.width
        ).figure
      }
    }
    let wide = figures(.screen)
    let document = try JSONDocument.bytes(of: outcome)
    let page = try SystemPage(outcome: outcome, figures: wide).html()
    return [
      ReportFile(name: "measurements.csv", bytes: MeasurementsTable.bytes(of: measurements)),
      ReportFile(name: "claims.csv", bytes: ClaimsTable.bytes(of: outcome.claims)),
      ReportFile(name: "system.json", bytes: document),
    ] + wide.files(for: media, narrow: figures(.column)) + [
      ReportFile(name: "report.html", bytes: Array(page.utf8))
    ]
  }
}

/// measurements.csv: a row a number.
enum MeasurementsTable {
  static func bytes(of measurements: [SystemMeasurement]) -> [UInt8] {
    var table = CSVTable(columns: ["arm", "seed", "measure", "x", "value"])
    for measurement in measurements {
      table.add(measurement.arm)
      table.add(measurement.seed)
      table.add(measurement.measure)
      table.add(measurement.x)
      table.add(measurement.value)
      table.endRow()
    }
    return table.bytes
  }
}
