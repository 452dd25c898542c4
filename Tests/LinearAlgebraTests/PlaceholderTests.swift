import Testing

@Suite("LinearAlgebra") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
