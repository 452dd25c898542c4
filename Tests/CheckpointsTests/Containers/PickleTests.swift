import Checkpoints
import Testing

/// Pickles that no trainer writes.
@Suite("Pickles") struct PickleTests {
  private func store(_ object: [UInt8]) throws -> (TestFolder, TensorStore) {
    let folder = try TestFolder()
    let file = PickleBytes.file(object: object, storage: (0..<8).map { Float($0) })
    return (folder, try TensorStore(file: folder.write("a.pt", file)))
  }

  private func refusal(_ object: [UInt8]) -> String {
    let error = #expect(throws: CheckpointError.self) { try store(object) }
    return error?.description ?? ""
  }

  /// The bytes of a text of protocol 2; a scalar is a byte.
  private func object(_ text: String) -> [UInt8] {
    [0x80, 2] + text.unicodeScalars.map { UInt8($0.value) }
  }

  @Test func `a view is read element by element`() throws {
    let (_, store) = try store(PickleBytes.tensor(offset: 1, size: [2, 3], stride: [1, 2]))
    #expect(try store.doubles(of: "a") == [1, 3, 5, 2, 4, 6])
  }

  @Test(
    arguments: [
      (8, [1], [1]), (1, [8], [1]), (0, [2, 4], [5, 1]), (0, [255, 255, 255], [0, 0, 0]),
      (0, [2], [1, 1]), (200, [2], [200]),
    ] as [(UInt8, [UInt8], [UInt8])])
  func `a tensor lies inside its storage`(offset: UInt8, size: [UInt8], stride: [UInt8]) {
    let line = refusal(PickleBytes.tensor(offset: offset, size: size, stride: stride))
    #expect(line.contains("tensor 'a' does not lie inside its storage"))
  }

  @Test(arguments: [
    ("cposix\nsystem\n(S'true'\ntR.", "posix.system"), ("(iposix\nsystem\n.", "posix.system"),
    ("cbuiltins\neval\n(S'1'\ntR.", "builtins.eval"),
    ("c__builtin__\ngetattr\n(S'1'\ntR.", "__builtin__.getattr"),
    ("cnumpy.core.multiarray\n_reconstruct\n(tR.", "numpy.core.multiarray._reconstruct"),
    ("comegaconf.dictconfig\nDictConfig\n)\u{81}.", "omegaconf.dictconfig.DictConfig"),
  ])
  func `what is called is refused by its name, and not called`(text: String, name: String) {
    #expect(refusal(object(text)).contains("holds an object of \(name), which is no tensor"))
  }

  @Test func `a class that is only named is no object`() {
    #expect(refusal(object("cposix\nsystem\n.")).contains("holds a single value and no tensors"))
  }

  @Test(arguments: [
    ("t.", "a mark is missing"), ("a.", "a value is missing"), ("(0.", "a value is missing"),
    ("]s.", "a value is missing"), ("h\u{7}.", "was not kept"),
    ("}(K\u{1}u.", "items belong to no dictionary"), ("K\u{1}Q.", "is no storage"),
    ("~.", "is no operation"), ("]b.", "a value is missing"), ("((Q.", "a value is missing"),
  ])
  func `a pickle that is not whole is refused`(text: String, reason: String) {
    let line = refusal(object(text))
    #expect(line.contains(reason), "\(line)")
  }

  @Test func `a dictionary that holds itself ends`() {
    let itself = object("}q\u{0}") + PickleBytes.text("a") + object("h\u{0}s.").dropFirst(2)
    #expect(refusal(itself).contains("holds a dictionary and no tensors by name"))
  }

  @Test func `a value deep inside others costs no stack`() {
    let deep = object("]") + [UInt8](repeating: 0x85, count: 1_000_000) + PickleBytes.stop
    #expect(refusal(deep).contains("holds a list and no tensors by name"))
  }

  @Test func `a list is not copied for every size that is made of it`() {
    let list = object("(") + [UInt8](repeating: 0x4E, count: 100_000) + Array("lq\u{1}0".utf8)
    let size = Array("ctorch\nSize\nh\u{1}".utf8) + [0x85] + Array("RK\u{1}a0".utf8)
    let sizes = (0..<20_000).flatMap { _ in size }
    #expect(refusal(list + sizes + Array("N.".utf8)).contains("holds a single value"))
  }

  @Test func `too many values are refused before they fill the memory`() {
    let many = object("") + [UInt8](repeating: 0x4E, count: 5_000_000) + PickleBytes.stop
    #expect(refusal(many).contains("it holds too many values"))
  }
}
