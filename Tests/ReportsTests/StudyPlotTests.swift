import Diagnosis
import Foundation
import Reports
import Spectra
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Plots of studies") struct StudyPlotTests {
  static let cases: [StudyResults] = [
    SampleStudy.make(),
    SampleStudy.make(arms: ["lora"], rates: [3e-3], seeds: 1),
    SampleStudy.make(arms: ["lora", "pissa"], rates: [nil], seeds: 2),
    SampleStudy.make(arms: (0..<22).map { "arm-\($0)" }, rates: [1e-4, 1e-3, 1e-2], seeds: 2),
    SampleStudy.make(arms: ["a<b>&\"c'", String(repeating: "long-name-", count: 12)]),
  ]

  @Test(arguments: cases.indices, [Medium.screen, .column])
  func `every picture is well-formed and inside its view box, its texts side by side`(
    index: Int, medium: Medium
  ) {
    for plot in StudyPlotRegistry.all {
      for figure in plot.figures(of: Self.cases[index], width: medium.width) {
        let reader = PictureReader()
        let parser = XMLParser(data: Data(figure.svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(figure.name): \(parser.parserError as Any)")
        #expect(!reader.coordinates.contains { !$0.isFinite }, "\(figure.name)")
        for (text, left, right, _) in reader.extents {
          #expect(left >= -1 && right <= reader.width + 1, "\(figure.name): '\(text)' is cut")
        }
        #expect(reader.overlaps.isEmpty, "\(figure.name)")
      }
    }
  }

  @Test func `a whole study has every picture`() {
    for plot in StudyPlotRegistry.all {
      #expect(!plot.figures(of: Self.cases[0], width: 720).isEmpty, "\(plot.name)")
    }
  }

  @Test func `a study without runs has no pictures`() {
    let empty = StudyResults(
      title: "", common: Factors(adapter: "lora"), baseline: "lora", runs: [])
    for plot in StudyPlotRegistry.all {
      #expect(plot.figures(of: empty, width: 720).isEmpty, "\(plot.name)")
    }
  }

  @Test func `numbers that are not finite leave no trace in a picture`() {
    var study = SampleStudy.make()
    for index in study.runs.indices {
      study.runs[index].curves["kl_step"] = [
        CurvePoint(step: 1, value: .nan), CurvePoint(step: 2, value: .infinity),
      ]
      study.runs[index].curves["eval_accuracy"] = [CurvePoint(step: 40, value: .nan)]
      study.runs[index].probes[ProbeName.curvature] = .infinity
      study.runs[index].profile = []
    }
    for plot in StudyPlotRegistry.all {
      for figure in plot.figures(of: study, width: 720) {
        #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf,"), "\(figure.name)")
      }
    }
  }

  @Test func `an arm of one rate stands beside arms of several where runs collapse`() throws {
    var study = SampleStudy.make(arms: ["lora", "pissa"], rates: [1e-3, 3e-3], seeds: 1)
    study.runs.removeAll { $0.arm == "lora" && $0.factors.learningRate == 1e-3 }
    let plot = try #require(StudyPlotRegistry.all.first { $0.name == "collapse-by-rate" })
    let picture = try #require(plot.figures(of: study, width: 720).first)
    #expect(picture.svg.contains(">lora<") && picture.svg.contains(">pissa<"))
    // Without an arm of several rates there is nothing to compare.
    study.runs.removeAll { $0.arm == "pissa" && $0.factors.learningRate == 1e-3 }
    #expect(plot.figures(of: study, width: 720).isEmpty)
  }

  @Test func `accuracy by parameters has intervals without a rate in common`() throws {
    let study = SampleStudy.make(arms: ["lora", "pissa"], rates: [1e-3])
    var other = study
    other.common.learningRate = nil
    let plot = try #require(StudyPlotRegistry.all.first { $0.name == "accuracy-by-parameters" })
    func lines(_ study: StudyResults) throws -> Int {
      try #require(plot.figures(of: study, width: 720).first).svg
        .split(separator: "<line").count
    }
    #expect(try lines(study) == lines(other))
  }

  @Test func `the caption of early steps says what its axis says`() throws {
    let plot = try #require(StudyPlotRegistry.all.first { $0.name == "functional-step" })
    let picture = try #require(plot.figures(of: SampleStudy.make(), width: 720).first)
    #expect(picture.svg.contains("after a tenth of training"))
    #expect(plot.caption.contains("after a tenth of training"))
  }

  @Test func `every cell of the atlas has its number, in a unit where cells are narrow`() throws {
    var study = SampleStudy.make()
    let kinds = (0..<9).map { "kind\($0)" }
    for index in study.runs.indices {
      study.runs[index].kinds = Dictionary(
        uniqueKeysWithValues: kinds.enumerated().map { place, kind in
          let shift = 0.0021 * Double(place + 1)
          return (
            kind,
            [
              HeadShareRight.name: 0.25, StableRank.name: 7, NormalizedSpectralShift.name: shift,
            ]
          )
        })
    }
    let plot = try #require(StudyPlotRegistry.all.first { $0.name == "atlas" })
    let figure = try #require(plot.figures(of: study, width: 720).first)
    let labels = figure.svg.matches(of: /class="small" style="fill:[^"]*">([^<]*)</).map(\.1)
    #expect(labels.count == 3 * 3 * kinds.count)
    #expect(labels.contains("2.1") && labels.contains("19"))
    #expect(figure.svg.contains(">in units of 1e-3<"))
    #expect(figure.svg.contains(">input head share") && !figure.svg.contains("input h…"))
  }

  @Test func `the page and pictures name K beside the head share`() throws {
    var study = SampleStudy.make()
    study.topCount = 8
    let document = StudyDocument(of: study, command: [], version: "0")
    #expect(document.topCount == 8)
    let files = Dictionary(
      uniqueKeysWithValues: try StudyReport.files(of: study, document).map {
        ($0.name, String(decoding: try $0.bytes, as: UTF8.self))
      })
    #expect(try #require(files["report.html"]).contains(">Head share, K = 8<"))
    for name in ["spectral-signature", "atlas"] {
      #expect(try #require(files["plots/\(name).svg"]).contains(", K = 8<"), "\(name)")
    }
    // A table keeps its names.
    #expect(try #require(files["comparison.csv"]).contains("head_share_right"))
  }

  @Test func `the same study gives the same report, with its claims and tables`() throws {
    let study = SampleStudy.make()
    let document = StudyDocument(of: study, command: ["sigmascope", "compare"], version: "0")
    let files = try StudyReport.files(of: study, document)
    let again = try StudyReport.files(of: study, document)
    #expect(try again.map { try $0.bytes } == files.map { try $0.bytes })
    let names = Set(files.map(\.name))
    for name in [
      "report.html", "study.json", "claims.csv", "comparison.csv", "runs.csv", "steps.csv",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    let page = try #require(files.first { $0.name == "report.html" })
    let text = String(decoding: try page.bytes, as: UTF8.self)
    for claim in document.claims { #expect(text.contains(">\(claim.number)<")) }
    #expect(!text.contains("{{"))
  }

  @Test func `headlines name what collapsed and what did not`() {
    let document = StudyDocument(of: SampleStudy.make(), command: [], version: "0")
    let headlines = StudyHeadlines(of: document)
    #expect(headlines.common.contains { $0.hasPrefix("Collapsed: pissa (3 of 3)") })
    #expect(headlines.common.first?.contains("0.80") == true)
  }
}
