import Experiments
import Reports
import Studies

/// The result of a run of a study, compared with the same result of another method and of other seeds, judged and
/// reported.
enum StudyResultTarget: FuzzTarget {
  static let name = "study-result"
  static let seeds = "result.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write(
      "study.json",
      Array(
        #"{"title":"t","common":{"adapter":"lora"},"baseline":"lora","runs":["r"]}"#.utf8))
    try folder.write("runs/r/result.json", input)
    var study = try StudyFolder(path: folder.path).results()
    guard let run = study.runs.first else { return }
    for (index, arm) in ["lora", "lora", "pissa", "pissa"].enumerated() {
      var copy = run
      copy.name = "\(arm)-\(index)"
      copy.arm = arm
      copy.factors.adapter = arm
      copy.seed = index % 2
      study.runs.append(copy)
    }
    let document = StudyDocument(of: study, command: [], version: "")
    precondition(
      (try? StudyReport.files(of: study, document)) != nil, "a report can be made of every study")
  }
}
