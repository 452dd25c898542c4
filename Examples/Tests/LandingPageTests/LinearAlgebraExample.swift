import LinearAlgebra
import Testing

@Suite("Example of LinearAlgebra") struct LinearAlgebraExampleTests {
  @Test func `what a truncated decomposition loses is the rest of the spectrum`() throws {
    // example
    var generator = SplitMix64(seed: 1)
    let weight = generator.gaussianMatrix(rows: 64, columns: 32)
    let triplets = try SingularTriplets(of: weight)
    let approximation = triplets.leading(4).reconstruction()
    let lost = (weight - approximation).frobeniusNorm()
    // end
    let rest = triplets.values.dropFirst(4).reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(lost - rest) < 1e-12 * weight.frobeniusNorm())
  }
}
