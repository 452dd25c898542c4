import Adapters
import LinearAlgebra
import Testing

@Suite("Example of Adapters") struct AdaptersExampleTests {
  @Test func `the update of LoRA is its scaled product`() throws {
    let a = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let b = Tensor(shape: [2, 2], values: [1, 0, -1, 2])
    let weight = Matrix(rows: 2, columns: 3)
    // example
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.rank = 2
    configuration.alpha = 4
    let settings = try configuration.settings(for: ["layer"]).modules[0]
    let adapter = try AdapterRegistry.adapter(
      parameters: ["lora_A.weight": a, "lora_B.weight": b], settings: settings)
    let update = try adapter.weightUpdate(of: DenseBaseWeight(weight)).dense(
      base: DenseBaseWeight(weight))
    // end
    #expect(update == 2 * (b.matrix * a.matrix))
  }
}
