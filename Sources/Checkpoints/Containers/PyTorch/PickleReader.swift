/// Reads the opcodes of a pickle, and nothing else: no class is looked up, no function is called. It knows what state
/// dictionaries are made of; any other object is refused by its name, unless objects are asked for: then it is a name,
/// what it was made from, and its attributes.
///
/// **Source:** CPython's `pickletools`, protocols 0 to 5; `torch._weights_only_unpickler`.
struct PickleReader {
  /// The tuples, lists and sets of the pickle.
  private(set) var lists: [[PickleValue]] = []
  /// The dictionaries, in the order of their keys.
  private(set) var maps: [[(key: PickleValue, value: PickleValue)]] = []

  /// Objects of other classes, if they are asked for.
  private(set) var objects: [PickledObject] = []

  /// How the elements of each storage are stored, by its key.
  private(set) var storageTypes: [String: DataType] = [:]

  private var cursor: FileCursor
  private let file: String
  private let keepsObjects: Bool
  private var stack: [PickleValue] = []
  /// Where the values after each open mark begin.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// The longest pickle; one of 100,000 tensors takes 20 MB.
  private static let longest = 1 << 28

  /// Beyond this, values are no description of tensors: 100,000 tensors take three million.
  private static let mostValues = 1 << 22

  /// - Parameters:
  ///   - cursor: At the first opcode; afterwards behind the last.
  ///   - file: The path for errors.
  ///   - keepsObjects: Whether objects of other classes are kept, and not refused.
  init(_ cursor: FileCursor, file: String, keepsObjects: Bool = false) {
    self.cursor = cursor
    self.file = file
    self.keepsObjects = keepsObjects
  }

  /// Reads one pickle.
  /// - Returns: Its value, and the cursor behind it.
  mutating func read() throws(CheckpointError) -> (value: PickleValue, cursor: FileCursor) {
    stack = []
    marks = []
    memo = [:]
    let start = cursor.position
    var count = 0
    while true {
      count += 1
      if count > Self.mostValues || cursor.position - start > Self.longest {
        throw damaged("it holds too many values")
      }
      let byte = try cursor.byte("the pickle")
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw damaged("byte \(byte) is no operation of a state dictionary")
      }
      if opcode == .stop { return (try pop(), cursor) }
      try execute(opcode)
    }
  }

  private func damaged(_ fault: String) -> CheckpointError {
    .damaged(file: file, format: "PyTorch", fault: "its pickle is not valid: \(fault)")
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw damaged("a value is missing")
    }
    return value
  }

  /// The values after the last mark, which is removed.
  private mutating func popMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func push(list: [PickleValue]) {
    stack.append(.list(lists.count))
    lists.append(list)
  }

  private mutating func push(map pairs: [PickleValue]) throws(CheckpointError) {
    stack.append(.map(maps.count))
    maps.append([])
    try add(pairs)
  }

  /// Adds keys and values to the dictionary on the stack.
  private mutating func add(_ pairs: [PickleValue]) throws(CheckpointError) {
    guard case .map(let index)? = stack.last, pairs.count % 2 == 0 else {
      throw damaged("items belong to no dictionary")
    }
    for i in stride(from: 0, to: pairs.count, by: 2) {
      maps[index].append((pairs[i], pairs[i + 1]))
    }
  }

  private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
    guard case .list(let index)? = stack.last else { throw damaged("items belong to no list") }
    lists[index] += values
  }

  // MARK: Opcodes

  private mutating func execute(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .version: try protocolVersion()
    case .frame: try cursor.skip(8, "a frame")  // Frames only help to read ahead.
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popMark()
    case .dup: stack.append(try top())
    case .none: stack.append(.none)
    case .true: stack.append(.bool(true))
    case .false: stack.append(.bool(false))
    case .int, .longText, .floatText, .stringText, .unicodeText, .getText, .putText, .global,
      .instance, .persistentText:
      try executeText(opcode)
    case .uint8: stack.append(.integer(Int(try cursor.byte("a number"))))
    case .uint16: stack.append(.integer(Int(try cursor.integer(UInt16.self, "a number"))))
    case .int32: stack.append(.integer(Int(try cursor.integer(Int32.self, "a number"))))
    case .shortLong: try long(Int(cursor.byte("a number")))
    case .long: try long(Int(cursor.integer(UInt32.self, "a number")))
    case .float:
      stack.append(
        .real(Double(bitPattern: try cursor.integer(UInt64.self, "a number").byteSwapped)))
    case .unicode: try text(Int(cursor.integer(UInt32.self, "a text")))
    case .shortUnicode, .shortString: try text(Int(cursor.byte("a text")))
    case .longUnicode: try text(cursor.length("a text"))
    case .string: try text(Int(cursor.integer(UInt32.self, "a text")))
    case .shortBytes: try bytes(Int(cursor.byte("bytes")))
    case .bytes: try bytes(Int(cursor.integer(UInt32.self, "bytes")))
    case .longBytes, .byteArray: try bytes(cursor.length("bytes"))
    case .emptyTuple: push(list: [])
    case .emptyList, .emptySet: push(list: [])
    case .emptyDictionary: try push(map: [])
    case .tuple, .list, .frozenSet: push(list: try popMark())
    case .dictionary: try push(map: popMark())
    case .tuple1: push(list: [try pop()])
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .append: try append([pop()])
    case .appends, .addItems: try append(popMark())
    case .setItem:
      let value = try pop()
      try add([pop(), value])
    case .setItems: try add(popMark())
    case .put: memo[Int(try cursor.byte("the memo"))] = try top()
    case .longPut: memo[Int(try cursor.integer(UInt32.self, "the memo"))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .get: try recall(Int(cursor.byte("the memo")))
    case .longGet: try recall(Int(cursor.integer(UInt32.self, "the memo")))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw damaged("a class has no name")
      }
      stack.append(.global("\(module).\(name)"))
    case .persistent: try load(persistent: pop())
    case .reduce: try call()
    case .newObject: try call()
    case .build: try build()
    case .stop: break  // The caller ends here.
    }
  }

  private mutating func protocolVersion() throws(CheckpointError) {
    let version = try cursor.byte("the protocol")
    if version > 5 { throw damaged("protocol \(version) is not known") }
  }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw damaged("a value is missing")
    }
    return value
  }

  private mutating func pushTuple(_ count: Int) throws(CheckpointError) {
    var values: [PickleValue] = []
    for _ in 0..<count { values.insert(try pop(), at: 0) }
    push(list: values)
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else { throw damaged("value \(index) was not kept") }
    stack.append(value)
  }

  private mutating func long(_ size: Int) throws(CheckpointError) {
    let bytes = try limited(size, "a number")
    if size > 8 { return stack.append(.largeNumber) }
    var value: UInt64 = bytes.last.map { $0 & 0x80 != 0 } == true ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    stack.append(.integer(Int(Int64(bitPattern: value))))
  }

  private mutating func text(_ size: Int) throws(CheckpointError) {
    stack.append(.text(String(decoding: try limited(size, "a text"), as: UTF8.self)))
  }

  private mutating func bytes(_ size: Int) throws(CheckpointError) {
    try cursor.skip(size, "bytes")
    stack.append(.bytes)
  }

  private mutating func limited(_ size: Int, _ field: String) throws(CheckpointError) -> [UInt8] {
    if size > 1 << 20 { throw damaged("\(field) is \(size) bytes long") }
    return try cursor.bytes(size, field)
  }

  /// Operations of protocol 0, whose operands are lines of text.
  private mutating func executeText(_ opcode: PickleOpcode) throws(CheckpointError) {
    let line = String(decoding: try cursor.line(limit: 1 << 16, "a line"), as: UTF8.self)
    switch opcode {
    case .int where line == "00" || line == "01": stack.append(.bool(line == "01"))
    case .int: stack.append(Int(line).map(PickleValue.integer) ?? .largeNumber)
    case .longText:
      let digits = line.hasSuffix("L") ? String(line.dropLast()) : line
      stack.append(Int(digits).map(PickleValue.integer) ?? .largeNumber)
    case .floatText: stack.append(.real(Double(line) ?? .nan))
    case .stringText: stack.append(.text(String(line.dropFirst().dropLast())))
    case .unicodeText: stack.append(.text(line))
    case .getText: try recall(Int(line) ?? -1)
    case .putText: memo[Int(line) ?? -1] = try top()
    case .global:
      let name = String(decoding: try cursor.line(limit: 1 << 16, "a line"), as: UTF8.self)
      stack.append(.global("\(line).\(name)"))
    case .instance:
      let name = String(decoding: try cursor.line(limit: 1 << 16, "a line"), as: UTF8.self)
      throw .foreignObject(file: file, name: "\(line).\(name)")
    default: throw damaged("a storage is named by a line of text")
    }
  }
}

// MARK: Objects

extension PickleReader {
  /// The values of a tuple or list.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    if case .list(let index) = value { lists[index] } else { nil }
  }

  /// `('storage', a class, the key, the device, the number of elements)`
  private mutating func load(persistent value: PickleValue) throws(CheckpointError) {
    guard let parts = elements(value), parts.count >= 5, case .text("storage") = parts[0],
      case .global(let name) = parts[1], case .integer(let count) = parts[4], count >= 0
    else { throw damaged("a persistent object is no storage") }
    let key: String
    switch parts[2] {
    case .text(let text): key = text
    case .integer(let number): key = "\(number)"
    default: throw damaged("a storage has no key")
    }
    // A sixth part describes a view of another storage, which PyTorch has not written since version 0.4.
    if parts.count > 5 {
      guard case .none = parts[5] else { throw damaged("a storage is a view of another") }
    }
    guard let type = PyTorchNames.storages[name] else {
      throw .foreignObject(file: file, name: name)
    }
    storageTypes[key] = type
    stack.append(.storage(PickledStorage(dataType: type, key: key, count: count)))
  }

  /// Calls, in the sense of the pickle: makes what one of a few known functions would make.
  private mutating func call() throws(CheckpointError) {
    guard let arguments = elements(try pop()) else { throw damaged("arguments are missing") }
    guard case .global(let name) = try pop() else { throw damaged("what is called has no name") }
    stack.append(try made(by: name, arguments))
  }

  private mutating func made(
    by name: String, _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    switch name {
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      return .tensor(try tensor(arguments, dataType: nil))
    case "torch._utils._rebuild_tensor_v3":
      guard arguments.count > 6, case .global(let type) = arguments[6] else {
        throw damaged("a tensor has no type")
      }
      guard let dataType = PyTorchNames.types[type] else {
        throw .foreignObject(file: file, name: "a tensor of \(type)")
      }
      return .tensor(try tensor(arguments, dataType: dataType))
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      if case .tensor? = arguments.first { return arguments[0] }
      throw damaged("a parameter holds no tensor")
    case "torch._tensor._rebuild_from_type_v2":
      guard arguments.count > 2, case .global(let function) = arguments[0],
        case .global(let type) = arguments[1], let inner = elements(arguments[2]),
        PyTorchNames.plainTensors.contains(type), function.hasPrefix("torch._utils._rebuild_")
      else { throw .foreignObject(file: file, name: foreignName(arguments) ?? name) }
      return try made(by: function, inner)
    case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict":
      maps.append([])
      return .map(maps.count - 1)
    case "torch.Size", "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset",
      "__builtin__.set", "__builtin__.frozenset":
      // The same values, not copied: a pickle could ask for a million copies.
      if case .list(let index)? = arguments.first { return .list(index) }
      lists.append([])
      return .list(lists.count - 1)
    case "torch.device": return .none
    case "_codecs.encode", "builtins.bytearray", "__builtin__.bytearray", "builtins.bytes":
      return .bytes
    default:
      guard keepsObjects else { throw .foreignObject(file: file, name: name) }
      objects.append(PickledObject(className: name, argument: arguments.first))
      return .object(objects.count - 1)
    }
  }

  /// The class of a tensor of an unknown kind.
  private func foreignName(_ arguments: [PickleValue]) -> String? {
    if arguments.count > 1, case .global(let name) = arguments[1] { name } else { nil }
  }

  /// `(storage, offset, sizes, strides, …)`
  private func tensor(
    _ arguments: [PickleValue], dataType: DataType?
  ) throws(CheckpointError) -> PickledTensor {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1], let sizes = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw damaged("a tensor is not described by storage, offset, sizes and strides") }
    return PickledTensor(
      storage: storage, dataType: dataType ?? storage.dataType, offset: offset, sizes: sizes,
      strides: strides)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard let values = elements(value) else { return nil }
    let numbers = values.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    return numbers.count == values.count ? numbers : nil
  }

  /// Sets the attributes of an object. A dictionary's are notes on its tensors, which nothing here needs.
  private mutating func build() throws(CheckpointError) {
    let state = try pop()
    switch try top() {
    case .map, .tensor: return
    case .object(let index):
      if case .map(let attributes) = state { objects[index].attributes = attributes }
    default: throw damaged("attributes are set on something that is no dictionary")
    }
  }
}
