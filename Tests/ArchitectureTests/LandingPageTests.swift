import Testing

/// The example on the landing page of a product is one that is compiled and run.
@Suite("Landing pages") struct LandingPageTests {
  private static let products = [
    "Adapters", "Checkpoints", "Diagnosis", "LinearAlgebra", "Spectra", "Studies", "Training",
    "Updates",
  ]

  @Test(arguments: products)
  func `the example on a landing page is the one that is tested`(product: String) throws {
    let page = try SourceTree.file("Sources/\(product)/\(product).docc/\(product).md")
    let shown = page.lines.drop { $0 != "```swift" }.dropFirst().prefix { $0 != "```" }
    let test = try SourceTree.file("Examples/Tests/LandingPageTests/\(product)Example.swift")
    let tested = test.lines.drop { !$0.hasSuffix("// example") }.dropFirst()
      .prefix { !$0.hasSuffix("// end") }.map { $0.dropFirst(4) }
    #expect(!shown.isEmpty && shown.elementsEqual(tested, by: ==))
  }

  @Test func `every product has a landing page`() throws {
    let manifest = try SourceTree.file("Package.swift").text
    let products = manifest.matches(of: #/\.library\(name: "(\w+)"/#).map { String($0.output.1) }
    #expect(products.sorted() == Self.products)
  }
}
