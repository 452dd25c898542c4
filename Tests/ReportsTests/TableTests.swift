import Diagnosis
import Foundation
import Reports
import Spectra
import Testing

@Suite("Tables and summary") struct TableTests {
  private func text(_ name: String, of analysis: Analysis) throws -> String {
    let files = try Report.files(of: analysis, formats: [.csv, .json])
    let file = try #require(files.first { $0.name == name })
    return String(decoding: file.bytes, as: UTF8.self)
  }

  private func analysis(_ module: ModuleAnalysis) -> Analysis {
    Analysis(
      command: [], version: "", topCount: 1, modules: [module], vectors: [], runs: [])
  }

  /// The columns before the metrics.
  private static let leading =
    "run,method,seed,step,module,layer,kind,rows,columns,"
    + "trainer,training,learning_rate,rank,alpha,trained_parameters,"

  @Test func `metrics have identity and settings first and then every metric in registry order`()
    throws
  {
    let lines = try text("metrics.csv", of: SampleAnalysis.make()).split(separator: "\n")
    // Its modules have a null for one metric.
    let names = MetricRegistry.names.flatMap { name in
      name == "head_share_right" ? [name, "head_share_right_null"] : [name]
    }
    #expect(lines[0] == Self.leading + names.joined(separator: ","))
    #expect(lines[1].contains(",reinforcement,0.001,8,,,"))
    #expect(lines.count == 1 + 2 * 3 * 3 * 7)
  }

  @Test(arguments: [
    Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, -0.0, 1.0 / 3, 1e22, 4.35e-17,
  ])
  func `numbers read back to the same double`(number: Double) throws {
    var module = ModuleAnalysis(
      identity: ModuleIdentity(
        run: "r", method: "m", seed: nil, step: 0, module: "q", rows: 1, columns: 1))
    module.metrics = ["stable_rank": number]
    let row = try text("metrics.csv", of: analysis(module)).split(separator: "\n")[1]
    let cells = row.split(separator: ",", omittingEmptySubsequences: false)
    let first = Self.leading.split(separator: ",").count
    let column = first + MetricRegistry.names.firstIndex(of: "stable_rank")!
    #expect(Double(cells[column])?.bitPattern == number.bitPattern)
    // All other metrics are missing, and so are the seed and the layer.
    #expect(cells[2].isEmpty && cells[5].isEmpty)
    #expect(cells[first...].count { !$0.isEmpty } == 1)
  }

  @Test func `history has every logged number`() throws {
    let lines = try text("history.csv", of: SampleAnalysis.make()).split(separator: "\n")
    #expect(lines[0] == "run,column,step,value")
    #expect(lines.count == 1 + 2 * 51 && lines[1].hasSuffix(",reward,0,0.4"))
  }

  @Test func `names with commas, quotes and line breaks are quoted`() throws {
    let module = ModuleAnalysis(
      identity: ModuleIdentity(
        run: "a,b \"c\"\nd", method: "m", seed: 1, step: 2, module: "q", rows: 1, columns: 1))
    #expect(
      try text("metrics.csv", of: analysis(module)).contains(
        "\n\"a,b \"\"c\"\"\nd\",m,1,2,q,,q,1,1,"))
  }

  @Test func `spectra have an empty cell where a value was not computed`() throws {
    var module = ModuleAnalysis(
      identity: ModuleIdentity(
        run: "r", method: "m", seed: nil, step: 3, module: "q", rows: 2, columns: 2))
    module.baseSingularValues = [2, 1]
    module.updateSingularValues = [0.5]
    #expect(
      try text("spectra.csv", of: analysis(module)).split(separator: "\n").dropFirst()
        == ["r,3,q,0,2.0,,0.5", "r,3,q,1,1.0,,"])
  }

  @Test func `the summary has the fields that its schema declares and no others`() throws {
    let document = try JSONSerialization.jsonObject(
      with: Data(try text("summary.json", of: SampleAnalysis.make()).utf8))
    #expect(try SchemaCheck("summary").faults(of: document) == [])
  }
}
