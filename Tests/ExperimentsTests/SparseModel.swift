import Checkpoints
import Experiments
import Foundation
import Updates

/// Models of zeros, of which the disk holds the headers alone: plans need no more.
enum SparseModel {
  /// The plan of an analysis of square weights in bfloat16 before and after training, passed on before the files go.
  /// - Parameter sides: Of each weight.
  static func withPlan<Result>(
    sides: [Int], _ body: (AnalysisPlan) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparse-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["base", "tuned"] {
      let model = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data(#"{"model_type": "llama"}"#.utf8)
        .write(to: model.appendingPathComponent("config.json"))
      try write(sides, to: model.appendingPathComponent("model.safetensors"))
    }
    return try body(
      AnalysisPlan(
        of: Discovery.runs(at: folder.appendingPathComponent("tuned").path),
        selecting: AnalysisSelection(base: .given(folder.appendingPathComponent("base").path))))
  }

  private static func write(_ sides: [Int], to file: URL) throws {
    var end = 0
    let entries = sides.enumerated().map { index, side in
      let begin = end
      end += side * side * 2
      return
        #""layers.\#(index).weight":{"dtype":"BF16","shape":[\#(side),\#(side)],"data_offsets":[\#(begin),\#(end)]}"#
    }
    let header = "{\(entries.joined(separator: ","))}"
    let length = UInt64(header.utf8.count)
    var data = Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    data.append(contentsOf: header.utf8)
    try data.write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(data.count + end))
    try handle.close()
  }
}
