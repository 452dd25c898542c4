import Checkpoints
import Experiments
import Foundation
import Spectra
import Testing

/// A matrix that all threads share: its last digits depend on their number, which `--jobs` must not change.
@Suite("Huge matrices") struct HugeMatrixTests {
  /// The plan of an analysis of one weight of this size, passed on before the files go.
  private func fingerprints(
    side: Int, threads: [Int]
  ) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("huge-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["base", "tuned"] {
      let model = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data(#"{"model_type": "llama"}"#.utf8)
        .write(to: model.appendingPathComponent("config.json"))
      try write(side: side, to: model.appendingPathComponent("model.safetensors"))
    }
    let plan = try AnalysisPlan(
      of: Discovery.runs(at: folder.appendingPathComponent("tuned").path),
      selecting: AnalysisSelection(base: .given(folder.appendingPathComponent("base").path)))
    return threads.map {
      plan.fingerprint(options: AnalysisOptions(), version: "0", threads: $0)
    }
  }

  /// One weight of zeros, of which the disk holds the header alone.
  private func write(side: Int, to file: URL) throws {
    let bytes = side * side * 2
    let header =
      #"{"layer.weight":{"dtype":"BF16","shape":[\#(side),\#(side)],"data_offsets":[0,\#(bytes)]}}"#
    let length = UInt64(header.utf8.count)
    var data = Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    data.append(contentsOf: header.utf8)
    try data.write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(data.count + bytes))
    try handle.close()
  }

  @Test func `an analysis with a huge weight goes on with the same number of threads alone`() throws
  {
    let found = try fingerprints(side: HugeMatrix.side, threads: [1, 2, 1])
    #expect(found[0] != found[1])
    #expect(found[0] == found[2])
  }

  @Test func `an analysis of small weights goes on with any number of threads`() throws {
    let found = try fingerprints(side: 64, threads: [1, 2])
    #expect(found[0] == found[1])
  }
}
