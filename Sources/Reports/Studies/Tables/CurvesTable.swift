import Spectra
import Studies

/// curves.csv: one row for each logged number, by run, name and step.
enum CurvesTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    var table = CSVTable(columns: ["run", "step", "name", "value"])
    for run in study.runs {
      for (name, curve) in run.curves.sorted(by: { $0.key < $1.key }) {
        for point in curve {
          table.add(run.name)
          table.add(point.step)
          table.add(name)
          table.add(point.value)
          table.endRow()
        }
      }
    }
    return table.bytes
  }
}
