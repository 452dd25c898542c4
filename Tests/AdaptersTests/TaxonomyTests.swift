import Adapters
import Foundation
import LinearAlgebra
import Testing

@Suite("Taxonomy of methods") struct TaxonomyTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/methods.md")

  /// With `WRITE_METHODS` in the environment, the page is written anew.
  @Test func `the page holds both tables as they are made from the registries`() throws {
    var page = try String(contentsOf: Self.page, encoding: .utf8)
    let begin = try #require(page.range(of: "<!-- tables -->\n"))
    let end = try #require(page.range(of: "<!-- end of tables -->"))
    let place = begin.upperBound..<end.lowerBound
    if ProcessInfo.processInfo.environment["WRITE_METHODS"] != nil {
      page.replaceSubrange(place, with: MethodTaxonomy.text)
      try page.write(to: Self.page, atomically: true, encoding: .utf8)
    } else {
      #expect(page[place] == MethodTaxonomy.text, "write it anew with WRITE_METHODS=1")
    }
  }

  @Test func `every method and start has a row`() {
    #expect(MethodTaxonomy.methods.map(\.first) == AdapterRegistry.trainable.map { $0.key })
    #expect(MethodTaxonomy.starts.map(\.first) == FactorStartRegistry.all.map { $0.key })
    for row in MethodTaxonomy.methods {
      #expect(row.count == MethodTaxonomy.methodColumns.count && !row[2].isEmpty)
    }
    for row in MethodTaxonomy.starts {
      #expect(row.count == MethodTaxonomy.startColumns.count && !row[1].isEmpty)
    }
  }

  /// What the formulas of the tables say, of m, n and r.
  private static let counts: [String: @Sendable (Int, Int, Int) -> Int] = [
    "mn": { m, n, _ in m * n }, "r(m + n)": { m, n, r in r * (m + n) },
    "r(m + n) + m": { m, n, r in r * (m + n) + m }, "r(m + n) + r": { m, n, r in r * (m + n) + r },
    "r(m + n) + k": { m, n, r in r * (m + n) + 8 }, "rm": { m, _, r in r * m },
    "m + r": { m, _, r in m + r }, "m": { m, _, _ in m }, "r²": { _, _, r in r * r },
    "u, once a group": { _, _, _ in 64 },
  ]

  @Test(arguments: [(24, 16, 8), (16, 24, 4), (32, 32, 2)])
  func `the formulas count what is trained`(m: Int, n: Int, r: Int) throws {
    let module = AdaptedModule(
      name: "m", shape: MatrixShape(rows: m, columns: n), hasBias: false,
      isFeedForwardOutput: false)
    for method in AdapterRegistry.trainable where method.targets != .norms {
      let expected = try #require(Self.counts[method.profile.trained], "\(method.key)")
      let found = try method.init(module: module, options: AdapterOptions(rank: r)).parameters
        .filter(\.isTrained).reduce(0) { $0 + $1.rows * $1.columns }
      #expect(found == expected(m, n, r), "\(method.key)")
    }
  }
}
