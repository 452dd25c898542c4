import Checkpoints
import Testing

@Suite("NumPy files") struct NumPyTests {
  @Test func `arrays are read in either order`() throws {
    let store = try ContainerFixtures.store("numpy/arrays.npz")
    #expect(store.tensors.map(\.name) == ["cube", "half", "layers.0.weight", "plain", "scalar"])
    for tensor in store.tensors {
      let expected = ContainerFixtures.fill(tensor.name, count: tensor.elementCount)
      #expect(try store.doubles(of: tensor.name) == expected, "\(tensor.name)")
    }
    #expect(store["cube"]?.shape == [2, 3, 4])
    #expect(store["scalar"]?.shape == [])
  }

  @Test(arguments: [
    ("compressed.npz", "array 'plain.npy' is compressed"),
    ("objects.npz", "array 'plain.npy' is of NumPy's type '|O'"),
  ])
  func `other arrays are refused, with what to do`(name: String, reason: String) throws {
    let error = #expect(throws: CheckpointError.self) {
      try ContainerFixtures.store("numpy/\(name)")
    }
    #expect(error?.description.contains(reason) == true)
  }
}
