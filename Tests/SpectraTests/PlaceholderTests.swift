import Testing

@Suite("Spectra") struct PlaceholderTests {
  @Test func `the module builds`() { #expect(Bool(true)) }
}
