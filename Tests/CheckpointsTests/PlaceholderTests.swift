import Testing

@Suite("Checkpoints") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
