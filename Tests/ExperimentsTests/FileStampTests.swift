import Experiments
import Foundation
import Testing

/// What `--resume` compares before it goes on.
@Suite("Stamps of files") struct FileStampTests {
  private let scratch: StudyScratch

  init() throws { scratch = try StudyScratch() }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
  }

  private func stamp(_ name: String) -> String {
    FileStamp.all(of: ["\(scratch.path)/\(name)"])
  }

  @Test(arguments: [
    ("adapter_model.safetensors", "adapter_config.json"), ("model.safetensors", "config.json"),
    ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
    ("model.safetensors.index.json", "model-00002-of-00002.safetensors"),
  ])
  func `a file has the stamp of all that is read with it`(file: String, other: String) throws {
    for name in [file, other, "model-00001-of-00002.safetensors"] { try write(name, "a") }
    try write(
      "model.safetensors.index.json",
      #"{"weight_map": {"x": "model-00001-of-00002.safetensors","#
        + #" "y": "model-00002-of-00002.safetensors"}}"#)
    let before = stamp(file)
    #expect(stamp(file) == before)
    try write(other, "b")
    #expect(stamp(file) != before)
  }

  @Test func `what is not read with a file does not change its stamp`() throws {
    try write("style.safetensors", "a")
    try write("run.json", "{}")
    let before = (stamp("style.safetensors"), stamp("run.json"))
    #expect(before.0 != before.1)
    try write("summary.json", "{}")
    #expect(stamp("style.safetensors") == before.0)
    try write("config.json", "{}")
    #expect(stamp("run.json") == before.1)
  }
}
