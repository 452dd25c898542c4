import Testing

@Suite("Adapters") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
