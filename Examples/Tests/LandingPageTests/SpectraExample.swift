import LinearAlgebra
import Spectra
import Testing

@Suite("Example of Spectra") struct SpectraExampleTests {
  @Test func `an update is measured beside chance`() throws {
    var generator = SplitMix64(seed: 1)
    let weight = generator.gaussianMatrix(rows: 24, columns: 16)
    let change = 0.01 * generator.gaussianMatrix(rows: 24, columns: 16)
    // example
    let reference = DenseReference(weight)
    let update = try UpdateForm(.dense(change), base: reference.panels)
    let identity = ModuleIdentity(
      run: "run", method: "full", seed: nil, step: 1, module: "layer", rows: weight.rows,
      columns: weight.columns)
    let analyzer = ModuleAnalyzer(options: AnalysisOptions(topCount: 4))
    let row = try analyzer.analyze(identity, update, of: reference)
    for null in row.nulls {
      print(null.metric, row.metrics[null.metric] ?? .nan, "chance", null.mean)
    }
    // end
    #expect(row.metrics["relative_update_norm"] != nil && !row.nulls.isEmpty)
  }
}
