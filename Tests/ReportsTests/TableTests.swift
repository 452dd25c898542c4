import Diagnosis
import Foundation
import Reports
import Spectra
import Testing

@Suite("Tables and summary") struct TableTests {
  private func text(_ name: String, of analysis: Analysis) throws -> String {
    let files = try Report.files(of: analysis, formats: [.csv, .json])
    let file = try #require(files.first { $0.name == name })
    return String(decoding: try file.bytes, as: UTF8.self)
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

  @Test func `only the tables that are wanted are written`() throws {
    let files = try Report.files(
      of: SampleAnalysis.make(), formats: [.csv], tables: ["history", "metrics"])
    #expect(files.map(\.name) == ["metrics.csv", "history.csv"])
    let all = try Report.files(of: SampleAnalysis.make(), formats: [.csv]).map(\.name)
    #expect(all == AnalysisTables.names.map { "\($0).csv" } && Set(all).count == all.count)
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
    module.adaptedSingularValues = [2.5, 1]
    module.updateSingularValues = [0.5]
    #expect(
      try text("spectra.csv", of: analysis(module)).split(separator: "\n").dropFirst()
        == ["r,3,q,0,2.5,0.5", "r,3,q,1,1.0,"])
    #expect(
      try text("base_spectra.csv", of: analysis(module)).split(separator: "\n")
        == ["run,module,index,base_singular_value", "r,q,0,2.0", "r,q,1,1.0"])
  }

  @Test(arguments: ["base_spectra.csv", "base_projection.csv"])
  func `what belongs to the base is there once for each matrix of a run, at any number of steps`(
    name: String
  ) throws {
    let one = try text(name, of: SampleAnalysis.make(runs: ["a", "b"], steps: [10]))
    let three = try text(name, of: SampleAnalysis.make(runs: ["a", "b"], steps: [10, 20, 50]))
    #expect(one.split(separator: "\n").count > 1)
    #expect(one.split(separator: "\n").count == three.split(separator: "\n").count)
  }

  @Test func `a first step without change does not hide the base`() throws {
    func module(_ step: Int, _ values: [Double]) -> ModuleAnalysis {
      var module = ModuleAnalysis(
        identity: ModuleIdentity(
          run: "r", method: "m", seed: nil, step: step, module: "q", rows: 1, columns: 1))
      module.baseSingularValues = values
      return module
    }
    let analysis = Analysis(
      command: [], version: "", topCount: 1, modules: [module(0, []), module(1, [3])],
      vectors: [], runs: [])
    #expect(try text("base_spectra.csv", of: analysis).hasSuffix("\nr,q,0,3.0\n"))
  }

  @Test func `heads have a row each with what chance gives`() throws {
    let lines = try text(
      "heads.csv", of: SampleAnalysis.make(runs: ["one"], steps: [10], layers: 1)
    )
    .split(separator: "\n")
    #expect(
      lines == [
        "run,step,module,head,head_is,update_share,null_mean,null_standard_deviation",
        "one,10,model.layers.0.q_proj,0,rows,0.25,0.5,0.125",
        "one,10,model.layers.0.q_proj,1,rows,0.75,0.5,0.125",
      ])
  }

  @Test func `directions have a row each, the largest rate first`() throws {
    let lines = try text(
      "directions.csv", of: SampleAnalysis.make(runs: ["one"], steps: [10], layers: 1)
    )
    .split(separator: "\n")
    #expect(
      lines == [
        "run,step,module,place,index,base_singular_value,aligned_change,change_rate",
        "one,10,model.layers.0.q_proj,0,7,0.5,-0.25,0.5",
        "one,10,model.layers.0.q_proj,1,0,2.0,0.5,0.25",
      ])
  }

  @Test func `a path has a row of metrics, each with its null, and a row for each point`() throws {
    let analysis = SampleAnalysis.make(runs: ["one"], layers: 1)
    let lines = try text("trajectory.csv", of: analysis).split(separator: "\n")
    #expect(
      lines[0].hasSuffix(
        ",columns,origin,points,"
          + PathMetricRegistry.names.map { "\($0),null_\($0)" }.joined(separator: ",")))
    #expect(lines.count == 1 + 7)
    #expect(
      lines[1] == "one,lora,7,50,model.layers.0.q_proj,0,q_proj,20,30,0,3,0.9,0.8,,,,,0.5,0.0,,,,")
    #expect(
      try text("path.csv", of: analysis).split(separator: "\n").prefix(4) == [
        "run,module,step,coefficient,increment_norm,increment_cosine",
        "one,model.layers.0.q_proj,10,1.0,,", "one,model.layers.0.q_proj,20,2.0,1.0,",
        "one,model.layers.0.q_proj,50,4.0,2.5,0.5",
      ])
  }

  @Test func `the summary has the fields that its schema declares and no others`() throws {
    let document = try JSONSerialization.jsonObject(
      with: Data(try text("summary.json", of: SampleAnalysis.make()).utf8))
    #expect(try SchemaCheck("summary").faults(of: document) == [])
  }
}
