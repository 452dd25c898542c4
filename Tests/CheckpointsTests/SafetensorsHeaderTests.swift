import Checkpoints
import Documents
import Foundation
import Testing

/// A file that must be refused, and the expected error; `FILE` stands for the path.
struct RefusedFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let error: @Sendable (String) -> CheckpointError

  init(
    _ description: String, _ bytes: [UInt8],
    _ error: @escaping @Sendable (String) -> CheckpointError
  ) {
    testDescription = description
    self.bytes = bytes
    self.error = error
  }

  /// A file with this header and this many bytes of zeros after it.
  init(
    _ description: String, header: String, data: Int = 0,
    _ error: @escaping @Sendable (String) -> CheckpointError
  ) {
    self.init(
      description,
      SafetensorsBytes.file(header: header, data: [UInt8](repeating: 0, count: data)), error)
  }
}

@Suite("Safetensors header") struct SafetensorsHeaderTests {
  private func header(_ bytes: [UInt8]) throws -> SafetensorsHeader {
    let folder = try TestFolder()
    return try SafetensorsHeader(file: folder.write("x.safetensors", bytes))
  }

  // MARK: Accepted

  @Test func `a tensor is described as the header says`() throws {
    let folder = try TestFolder()
    let file = try folder.write(
      "x.safetensors",
      SafetensorsBytes.file([.init("a", "BF16", [2, 3], [UInt8](repeating: 0, count: 12))]))
    let tensor = try #require(try SafetensorsHeader(file: file).tensors.first)
    let text = #"{"a":{"dtype":"BF16","shape":[2, 3],"data_offsets":[0,12]}}"#
    #expect(tensor.name == "a")
    #expect(tensor.dataType == .bfloat16)
    #expect(tensor.shape == [2, 3])
    #expect(tensor.elementCount == 6)
    #expect(tensor.file == file)
    #expect(tensor.byteOffset == 8 + text.utf8.count)
    #expect(tensor.byteCount == 12)
  }

  @Test func `metadata is read`() throws {
    let found = try header(SafetensorsBytes.file([], metadata: ["format": "pt"]))
    #expect(found.metadata == ["format": "pt"])
    #expect(found.tensors.isEmpty)
  }

  @Test(arguments: [
    #"{}"#,
    #"{}   "#,
    "{}\n\t\r ",
    #"{"__metadata__":{}}"#,
    #"{"":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"extra":[1.5,{}]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
  ])
  func `what the format allows is accepted`(text: String) throws {
    #expect(throws: Never.self) { try header(SafetensorsBytes.file(header: text)) }
  }

  @Test func `tensors may stand in another order than their bytes`() throws {
    let text =
      #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"#
      + #""a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#
    let found = try header(SafetensorsBytes.file(header: text, data: [1, 2, 3]))
    #expect(found.tensors.map(\.name) == ["a", "b"])
  }

  @Test func `escapes in a name are undone`() throws {
    let text = #"{"\u0061\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    #expect(try header(SafetensorsBytes.file(header: text, data: [1])).tensors[0].name == "a\"")
  }

  @Test func `types below a byte are accepted where they fill whole bytes`() throws {
    let text = #"{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}"#
    #expect(try header(SafetensorsBytes.file(header: text, data: [1, 2, 3])).tensors.count == 1)
  }

  // MARK: Refused

  private static func entry(_ fields: String) -> String { "{\"a\":{\(fields)}}" }

  static let refusedForLength: [RefusedFile] = [
    RefusedFile("empty file", []) { .fileTooShort(file: $0, bytes: 0) },
    RefusedFile("seven bytes", [1, 0, 0, 0, 0, 0, 0]) { .fileTooShort(file: $0, bytes: 7) },
    RefusedFile("length zero", UInt64(0).bytes + [123, 125]) { .emptyHeader(file: $0) },
    RefusedFile("40 bytes that promise 912", UInt64(912).bytes + [UInt8](repeating: 32, count: 32))
    {
      .headerTruncated(file: $0, declared: 912, available: 32)
    },
    RefusedFile("length over the limit", UInt64(100_000_001).bytes + [123, 125]) {
      .headerTooLarge(file: $0, declared: 100_000_001, limit: 100_000_000)
    },
    RefusedFile("length of all ones", UInt64.max.bytes + [123, 125]) {
      .headerTooLarge(file: $0, declared: .max, limit: 100_000_000)
    },
    RefusedFile("a configuration", Array("{\n  \"model_type\": \"llama\"\n}\n".utf8)) {
      .textForWeights(file: $0)
    },
    RefusedFile("a page", Array("<!DOCTYPE html><html>Sign in</html>".utf8)) {
      .textForWeights(file: $0)
    },
    RefusedFile("a zip archive", [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0]) {
      .archiveForWeights(file: $0)
    },
    RefusedFile("a gzip archive", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]) {
      .archiveForWeights(file: $0)
    },
    RefusedFile(
      "a tar archive",
      Array("lora/".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar\0".utf8)
    ) { .archiveForWeights(file: $0) },
    RefusedFile(
      "a pointer",
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n".utf8)
    ) { .pointerForWeights(file: $0) },
  ]

  static let refusedForText: [RefusedFile] = [
    RefusedFile("white space before the brace", header: " {}") {
      .headerNotAnObject(file: $0, found: 0x20)
    },
    RefusedFile("an array", header: "[]") { .headerNotAnObject(file: $0, found: 0x5B) },
    RefusedFile("NUL padding", header: "{}\0\0") { .headerPaddedWithNUL(file: $0, offset: 10) },
    RefusedFile("two documents", header: "{}{}") {
      .invalidJSON(file: $0, offset: 10, fault: .trailingContent)
    },
    RefusedFile(
      "bad UTF-8", SafetensorsBytes.file(header: Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8))
    ) { .invalidJSON(file: $0, offset: 9, fault: .invalidText) },
    RefusedFile(
      "repeated tensor",
      header: #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}}"#
    ) { .invalidJSON(file: $0, offset: 61, fault: .duplicateKey("a")) },
    RefusedFile("repeated field", header: entry(#""dtype":"U8","dtype":"U8""#)) {
      .invalidJSON(file: $0, offset: 27, fault: .duplicateKey("dtype"))
    },
    RefusedFile("repeated metadata", header: #"{"__metadata__":{},"__metadata__":{}}"#) {
      .invalidJSON(file: $0, offset: 27, fault: .duplicateKey("__metadata__"))
    },
    RefusedFile("number in the metadata", header: #"{"__metadata__":{"n":1}}"#) {
      .malformedMetadata(file: $0, key: "n", found: "a number")
    },
    RefusedFile("metadata that is no object", header: #"{"__metadata__":"pt"}"#) {
      .malformedMetadata(file: $0, key: "__metadata__", found: "a string")
    },
  ]

  private static func malformed(
    _ field: String, _ expected: String
  ) -> @Sendable (String) -> CheckpointError {
    { .malformedEntry(file: $0, tensor: "a", field: field, expected: expected) }
  }

  static let refusedForFields: [RefusedFile] = [
    RefusedFile(
      "no type", header: entry(#""shape":[],"data_offsets":[0,1]"#), data: 1,
      malformed("dtype", "a string")),
    RefusedFile("entry that is no object", header: #"{"a":7}"#, malformed("dtype", "a string")),
    RefusedFile(
      "unknown type", header: entry(#""dtype":"BF61","shape":[],"data_offsets":[0,1]"#), data: 1
    ) { .unknownDataType(file: $0, tensor: "a", name: "BF61") },
    RefusedFile(
      "no shape", header: entry(#""dtype":"U8","data_offsets":[0,1]"#), data: 1,
      malformed("shape", "an array of integers from 0")),
    RefusedFile(
      "negative dimension", header: entry(#""dtype":"U8","shape":[-1],"data_offsets":[0,1]"#),
      data: 1, malformed("shape", "an array of integers from 0")),
    RefusedFile(
      "fraction as dimension", header: entry(#""dtype":"U8","shape":[1.0],"data_offsets":[0,1]"#),
      data: 1, malformed("shape", "an array of integers from 0")),
    RefusedFile(
      "three offsets", header: entry(#""dtype":"U8","shape":[1],"data_offsets":[0,1,1]"#), data: 1,
      malformed("data_offsets", "two integers from 0")),
    RefusedFile(
      "negative offset", header: entry(#""dtype":"U8","shape":[1],"data_offsets":[-1,0]"#), data: 1,
      malformed("data_offsets", "two integers from 0")),
    RefusedFile(
      "offsets at the end of the numbers",
      header: entry(
        #""dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]"#),
      data: 1, malformed("data_offsets", "a place inside the file")),
  ]

  static let refusedForExtent: [RefusedFile] = [
    RefusedFile(
      "reversed offsets", header: entry(#""dtype":"U8","shape":[1],"data_offsets":[1,0]"#), data: 1
    ) { .reversedOffsets(file: $0, tensor: "a", begin: 1, end: 0) },
    RefusedFile(
      "shape that overflows",
      header: entry(#""dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,1]"#), data: 1
    ) { .shapeOverflow(file: $0, tensor: "a", shape: [4_294_967_296, 4_294_967_296]) },
    RefusedFile(
      "bytes that overflow",
      header: entry(#""dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,1]"#), data: 1
    ) { .shapeOverflow(file: $0, tensor: "a", shape: [1 << 62]) },
    RefusedFile(
      "half a byte", header: entry(#""dtype":"F4","shape":[3],"data_offsets":[0,1]"#), data: 1
    ) { .partialByte(file: $0, tensor: "a", dataType: .float4, shape: [3]) },
    RefusedFile(
      "too few bytes for the shape",
      header: entry(#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#), data: 4
    ) {
      .sizeMismatch(
        file: $0, tensor: "a", dataType: .float32, shape: [2], expected: 8, found: 4)
    },
    RefusedFile(
      "first tensor not at zero", header: entry(#""dtype":"U8","shape":[1],"data_offsets":[1,2]"#),
      data: 2
    ) { .gapBeforeTensor(file: $0, tensor: "a", begin: 1, previousEnd: 0) },
    RefusedFile(
      "hole",
      header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#, data: 3
    ) { .gapBeforeTensor(file: $0, tensor: "b", begin: 2, previousEnd: 1) },
    RefusedFile(
      "overlap",
      header: #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, data: 3
    ) { .overlappingTensors(file: $0, tensor: "b", begin: 1, previousEnd: 2) },
    RefusedFile(
      "truncated data", header: entry(#""dtype":"U8","shape":[9],"data_offsets":[0,9]"#), data: 4
    ) { .dataTruncated(file: $0, expected: 9, found: 4) },
    RefusedFile("trailing bytes", header: "{}", data: 4) {
      .trailingBytes(file: $0, expected: 0, found: 4)
    },
  ]

  @Test(arguments: refusedForLength + refusedForText + refusedForFields + refusedForExtent)
  func `a damaged file is refused with the fault and its place`(file: RefusedFile) throws {
    let folder = try TestFolder()
    let path = try folder.write("x.safetensors", file.bytes)
    #expect(throws: file.error(path)) { try SafetensorsHeader(file: path) }
  }

  @Test func `two tensors in one range overlap`() throws {
    let text =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
      + #""b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    let error = #expect(throws: CheckpointError.self) {
      try header(SafetensorsBytes.file(header: text, data: [0]))
    }
    guard case .overlappingTensors(_, _, 0, 1) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func `a folder in place of a file is refused`() throws {
    let folder = try TestFolder()
    #expect(throws: CheckpointError.isFolder(path: folder.path)) {
      try SafetensorsHeader(file: folder.path)
    }
  }

  @Test func `a named pipe is refused and not waited for`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/pipe"
    try #require(unsafe mkfifo(path, 0o600) == 0)
    #expect(throws: CheckpointError.unreadable(path: path, reason: "not a regular file")) {
      try SafetensorsHeader(file: path)
    }
  }

  @Test func `a file that is not there is named`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/none.safetensors"
    #expect(throws: CheckpointError.notFound(path: path)) { try SafetensorsHeader(file: path) }
  }

  @Test func `no damage to a valid file ends the process`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/x.safetensors"
    let valid = SafetensorsBytes.file(
      [.init("model.a", [3, 2]), .init("model.b", "BF16", [4], [UInt8](repeating: 1, count: 8))],
      metadata: ["format": "pt"])
    var generator = TestGenerator(seed: 11)
    var accepted = 0
    for _ in 0..<2000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &generator) { generator.damage(&bytes) }
      try folder.write("x.safetensors", bytes)
      guard let store = try? TensorStore(file: path) else { continue }
      accepted += 1
      for tensor in store.tensors { _ = try? store.doubles(of: tensor.name) }
    }
    // Files with changed element bytes or names are still valid.
    #expect(accepted > 0 && accepted < 2000)
  }
}
