import Testing

@Suite("Experiments") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
