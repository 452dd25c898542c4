import Testing

@Suite("Reports") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
