import Experiments
import Studies

/// The result of a run of a study, compared and judged.
enum StudyResultTarget: FuzzTarget {
  static let name = "study-result"
  static let seeds = "result.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write(
      "study.json",
      Array(
        #"{"title":"t","common":{"adapter":"lora"},"baseline":"lora","runs":["."]}"#.utf8))
    try folder.write("result.json", input)
    let runs = StudyFolder(path: folder.path)
    _ = StudyDocument(of: try runs.results(), command: [], version: "")
  }
}
