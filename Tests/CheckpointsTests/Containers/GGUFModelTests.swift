import Checkpoints
import Documents
import Testing

/// Models that were converted as llama.cpp converts them read as the model's own library stores them.
@Suite("GGUF models") struct GGUFModelTests {
  static let architectures =
    (try? ContainerFixtures.json("gguf/models.json"))?.members.map(\.key) ?? []

  private func model(_ name: String) throws -> (ModelFolder, JSONValue) {
    let models = try ContainerFixtures.json("gguf/models.json")
    return (
      try ModelFolder(path: ContainerFixtures.path("gguf/\(name).gguf")),
      try #require(models[name])
    )
  }

  @Test func `there are models of many architectures`() {
    #expect(Self.architectures.count >= 27)
  }

  @Test(arguments: architectures) func `every tensor has its own name and shape`(name: String)
    throws
  {
    let (model, expected) = try model(name)
    let shapes = expected["tensors"]?.members ?? []
    #expect(model.weights.tensors.map(\.name) == shapes.map(\.key).sorted())
    for (key, shape) in shapes.map({ ($0.key, $0.value.integers) }) {
      #expect(model.weights[key]?.shape == shape, "\(key)")
    }
    #expect(model.weights.notes.isEmpty)
  }

  @Test(arguments: architectures) func `every element is at its own place`(name: String) throws {
    let (model, _) = try model(name)
    for tensor in model.weights.tensors {
      let expected = ContainerFixtures.fill(tensor.name, count: tensor.elementCount)
      #expect(try model.weights.doubles(of: tensor.name) == expected, "\(tensor.name)")
    }
  }

  @Test(arguments: architectures) func `rows and parts of rows are those of the whole`(name: String)
    throws
  {
    let (model, _) = try model(name)
    for tensor in model.weights.tensors where tensor.shape.count == 2 {
      let weight = try model.weight(named: tensor.name)
      let all = ContainerFixtures.fill(tensor.name, count: tensor.elementCount)
      for row in 0..<weight.rows {
        let columns = weight.columns
        #expect(
          try weight.doubles(rows: row..<row + 1) == Array(all[row * columns..<(row + 1) * columns])
        )
      }
      let lines = ElementLines(
        first: 1, count: weight.rows, length: weight.columns - 2, pitch: weight.columns)
      var part = [Double](repeating: 0, count: weight.rows * (weight.columns - 2))
      try unsafe part.withUnsafeMutableBufferPointer {
        try unsafe weight.read(lines: lines, into: $0)
      }
      let expected = (0..<weight.rows).flatMap { row in
        (1..<weight.columns - 1).map { all[row * weight.columns + $0] }
      }
      #expect(part == expected, "\(tensor.name)")
    }
  }

  @Test(arguments: architectures) func `the metadata say type and tied head`(name: String) throws {
    let (model, expected) = try model(name)
    #expect(model.modelType == expected["model_type"]?.string)
    #expect(model.tiedEmbeddings == expected["tied"]?.boolean)
  }

  @Test func `a folder with one GGUF file is a model`() throws {
    let folder = try TestFolder()
    try folder.write("Model.Q4_K_M.gguf", ContainerFixtures.bytes("gguf/qwen2.gguf"))
    #expect(try ModelFolder(path: folder.path).modelType == "qwen2")
    #expect(try Discovery.runs(at: folder.path)[0].checkpoints.map(\.contents) == [.model])
    try folder.write("Model.Q8_0.gguf", ContainerFixtures.bytes("gguf/qwen2.gguf"))
    let error = #expect(throws: CheckpointError.self) { try ModelFolder(path: folder.path) }
    #expect(error?.description.hasSuffix("give the path of one of them") == true)
  }

  @Test func `equal weights in another order have another hash, not a wrong one`() throws {
    let weights = try ContainerFixtures.store("gguf/gpt2.gguf")
    #expect(try weights.contentHash() == ContainerFixtures.store("gguf/gpt2.gguf").contentHash())
  }
}
