import Spectra

/// A table with rows for each result of an analysis.
///
/// The rows are written as the results are read, one after another: such a table may be larger than the memory.
protocol ResultTable: Sendable {
  associatedtype Result: MatrixResult
  /// The name of the file, without its ending.
  static var name: String { get }
  var columns: [String] { get }
  /// Adds the rows of a result; results come in their order.
  mutating func addRows(of result: Result, to table: inout CSVTable)
}

extension ResultTable {
  /// The file with the rows of all results.
  func file(of results: StoredResults<Result>) -> ReportFile {
    ReportFile(name: "\(Self.name).csv") { append in
      var content = self
      var table = CSVTable(columns: columns)
      try results.forEach { result in
        content.addRows(of: result, to: &table)
        if table.bytes.count > Self.piece { try append(table.takeBytes()) }
      }
      try append(table.takeBytes())
    }
  }

  /// So many bytes are in memory, and the rows of one result.
  private static var piece: Int { 1 << 16 }
}

extension CSVTable {
  /// Run, step, module, and which of a module's several rows it is.
  mutating func addPlace(of module: ModuleAnalysis, _ index: Int) {
    add(module.identity.run)
    add(module.identity.step)
    add(module.identity.module)
    add(index)
  }
}
