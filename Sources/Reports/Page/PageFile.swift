import CEmbeddedFiles
import Documents
import Mustache

/// The skeletons, looks and behaviour of pages. They are files of `Page/Web` that are compiled in, so that the program
/// needs no files beside it.
enum PageFile: String {
  case head = "head.html"
  case analysis = "analysis.html"
  case study = "study.html"
  case comparison = "comparison.html"
  case advice = "advice.html"
  case system = "system.html"
  /// Parts of skeletons: a claim, a ``Figure``, several of them, and the head and rows of a ``PageTable``.
  case claim = "claim.html"
  case figure = "figure.html"
  case figures = "figures.html"
  case table = "table.html"
  case style = "page.css"
  case claimStyle = "claims.css"
  /// Sorting, filtering, popovers and values under the pointer, on every page.
  case script = "page.js"
  case chartScript = "chart.js"
  case analysisScript = "analysis.js"
  case moduleScript = "module.js"

  var text: String { Self.texts["page/\(rawValue)"] ?? "" }

  private static let texts: [String: String] = {
    var texts: [String: String] = [:]
    for index in 0..<sigmascope_embedded_file_count() {
      let file = unsafe sigmascope_embedded_file_at(index)
      let name = unsafe String(cString: file.name)
      guard name.hasPrefix("page/") else { continue }
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
      texts[name] = unsafe String(decoding: bytes, as: UTF8.self)
    }
    return texts
  }()
}

/// A page: one file with nothing to fetch.
struct Page {
  let body: PageFile
  var styles: [PageFile] = []
  var scripts: [PageFile] = []

  /// - Parameter values: What the skeleton names; the common ones are added.
  func html(title: String, _ values: [String: Any]) throws -> String {
    let template = try MustacheTemplate(string: PageFile.head.text + body.text)
    let common: [String: Any] = [
      "title": title, "plotStyle": Palette.style,
      "style": ([.style] + styles).map(\.text).joined(),
      "script": ([.script] + scripts).map(\.text).joined(),
    ]
    return template.render(common.merging(values) { _, own in own }, library: try Self.parts)
      .wellFormed
  }

  /// What skeletons include: `{{> claim}}`.
  private static var parts: MustacheLibrary {
    get throws {
      MustacheLibrary(templates: [
        "claim": try MustacheTemplate(string: PageFile.claim.text),
        "figure": try MustacheTemplate(string: PageFile.figure.text),
        "figures": try MustacheTemplate(string: PageFile.figures.text),
        "table": try MustacheTemplate(string: PageFile.table.text),
      ])
    }
  }
}

extension Figure {
  /// For a skeleton.
  var values: [String: String] {
    ["name": name, "title": title, "caption": caption, "svg": inlineSVG]
  }
}
