import Checkpoints
import Documents
import Testing

/// Files of `torch.save` are read, and nothing in them is run.
@Suite("PyTorch files") struct PyTorchTests {
  @Test(arguments: ["zip.pt", "protocol-5.pt", "legacy.pt"])
  func `every kind of tensor is read as PyTorch shows it`(name: String) throws {
    let store = try ContainerFixtures.store("pytorch/\(name)")
    let expected = try ContainerFixtures.json("pytorch/expected.json").members
      .filter { name != "legacy.pt" || !["float8", "wide"].contains($0.key) }
    #expect(store.tensors.map(\.name) == expected.map(\.key).sorted())
    for (key, value) in expected.map({ ($0.key, $0.value) }) {
      #expect(store[key]?.shape == value["shape"]?.integers, "\(key)")
      #expect(
        try store.doubles(of: key) == (value["values"]?.array ?? []).compactMap(\.double), "\(key)")
    }
    #expect(store.notes.isEmpty)
  }

  @Test func `buffers that count steps are tensors too`() throws {
    let store = try ContainerFixtures.store("pytorch/module.pt")
    #expect(store["0.weight"]?.shape == [2, 3])
    #expect(store["1.num_batches_tracked"]?.dataType == .int64)
  }

  @Test func `a dictionary inside the file is found, and said`() throws {
    let store = try ContainerFixtures.store("pytorch/nested.ckpt")
    #expect(try store.doubles(of: "plain") == ContainerFixtures.fill("plain", count: 15))
    #expect(store.notes == ["the tensors are those of 'state_dict' in the file"])
  }

  // MARK: What is refused

  @Test(arguments: [
    ("namespace.pt", "holds an object of argparse.Namespace, which is no tensor"),
    ("sparse.pt", "holds an object of torch.serialization._get_layout"),
    ("two-maps.pt", "tensors are in 'model' and 'ema'"),
    ("single.pt", "holds a single tensor and no tensors by name"),
  ])
  func `other objects are refused by name`(name: String, reason: String) throws {
    let error = #expect(throws: CheckpointError.self) {
      try ContainerFixtures.store("pytorch/\(name)")
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "pytorch/zip.pt", "pytorch/legacy.pt", "pytorch/nested.ckpt", "numpy/arrays.npz",
  ])
  func `no damage ends the process`(name: String) throws {
    let folder = try TestFolder()
    var generator = TestGenerator(seed: 3)
    let whole = try ContainerFixtures.bytes(name)
    for _ in 0..<1500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) { generator.damage(&bytes) }
      let path = try folder.write("a", bytes)
      // The file may be read or refused.
      do {
        let store = try TensorStore(file: path)
        for tensor in store.tensors where tensor.dataType.isDecodable {
          _ = try store.doubles(of: tensor.name)
        }
      } catch {}
    }
  }
}
