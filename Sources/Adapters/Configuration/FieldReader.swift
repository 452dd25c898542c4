import Documents

/// Typed fields of a JSON object; `null` counts as absent, a wrong type is an error.
struct FieldReader {
  let json: JSONValue
  /// In capitals.
  let peftType: String

  subscript(key: String) -> JSONValue? {
    json[key].flatMap { $0.isNull ? nil : $0 }
  }

  func unexpected(_ key: String, _ expected: String, _ found: JSONValue) -> AdapterError {
    .field(key: key, expected: expected, found: found.kind)
  }

  private func value<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(AdapterError) -> Value? {
    guard let json = self[key] else { return nil }
    guard let value = convert(json) else { throw unexpected(key, expected, json) }
    return value
  }

  func string(_ key: String) throws(AdapterError) -> String? {
    try value(key, "a string", \.string)
  }

  func boolean(_ key: String) throws(AdapterError) -> Bool? {
    try value(key, "a boolean", \.boolean)
  }

  func double(_ key: String) throws(AdapterError) -> Double? {
    try value(key, "a finite number", \.finite)
  }

  /// A count or a rank: not negative.
  func integer(_ key: String) throws(AdapterError) -> Int? {
    try value(key, "a non-negative integer") { $0.integer.flatMap { $0 >= 0 ? $0 : nil } }
  }

  /// A seed as PyTorch takes it: an integer, of which a negative one counts from 2⁶⁴.
  func seed(_ key: String) throws(AdapterError) -> UInt64? {
    try value(key, "an integer") { $0.integer.map { UInt64(bitPattern: Int64($0)) } }
  }

  /// An object of names; members that are no strings are left out.
  func names(_ key: String) throws(AdapterError) -> [String: String] {
    try value(key, "an object of names") { json -> [String: String]? in
      guard case .object(let members) = json else { return nil }
      return Dictionary(
        members.compactMap { member in member.value.string.map { (member.key, $0) } },
        uniquingKeysWith: { first, _ in first })
    } ?? [:]
  }

  /// One of a few names, with a value for each.
  func choice<Value>(
    _ key: String, _ choices: KeyValuePairs<String, Value>
  ) throws(AdapterError) -> Value? {
    guard let name = try string(key) else { return nil }
    guard let choice = choices.first(where: { $0.key == name }) else {
      let names = choices.map { "'\($0.key)'" }.joined(separator: ", ")
      throw .field(key: key, expected: "one of \(names)", found: "'\(name)'")
    }
    return choice.value
  }

  func strings(_ key: String) throws(AdapterError) -> [String]? {
    try value(key, "an array of strings") { Self.all($0, \.string) }
  }

  /// An array of strings, or one string for an array of it.
  func oneOrMoreStrings(_ key: String) throws(AdapterError) -> [String]? {
    if let text = self[key]?.string { return [text] }
    return try strings(key)
  }

  func integers(_ key: String) throws(AdapterError) -> [Int]? {
    try value(key, "an array of integers") { Self.all($0, \.integer) }
  }

  /// A list of names or one expression; nil for `all-linear`, PEFT's word for every linear layer.
  func moduleNames(_ key: String) throws(AdapterError) -> ModuleNames? {
    if let text = self[key]?.string { return text == "all-linear" ? nil : .expression(text) }
    return try strings(key).map(ModuleNames.names)
  }

  /// Ranges of layers, each written as its first number and the number after its last; empty ones are left out.
  /// Neither a number nor all layers together may exceed 2¹⁶, which is above the number of layers of any model.
  func ranges(_ key: String) throws(AdapterError) -> [Range<Int>] {
    let most = 1 << 16
    let ranges: [Range<Int>]? = try value(key, "an array of pairs of integers") { json in
      let pairs = json.array?.map { Self.all($0, \.integer) ?? [] } ?? []
      guard json.array != nil,
        pairs.allSatisfy({ $0.count == 2 && $0[0] >= 0 && $0[0] <= $0[1] && $0[1] <= most })
      else { return nil }
      return pairs.map { $0[0]..<$0[1] }.filter { !$0.isEmpty }
    }
    let count = ranges?.reduce(0) { $0 + $1.count } ?? 0
    guard count <= most else {
      throw .field(key: key, expected: "\(most) layers at most", found: "\(count) layers")
    }
    return ranges ?? []
  }

  /// An object whose keys are patterns, in the order of the file.
  func pattern<Value>(
    _ key: String, expected: String, _ convert: (JSONValue) -> Value?
  ) throws(AdapterError) -> PatternTable<Value> {
    guard let json = self[key] else { return PatternTable() }
    guard case .object(let members) = json else { throw unexpected(key, "an object", json) }
    var entries: [PatternTable<Value>.Entry] = []
    for member in members {
      guard let value = convert(member.value) else {
        throw unexpected("\(key).\(member.key)", expected, member.value)
      }
      entries.append(.init(pattern: member.key, value: value))
    }
    return PatternTable(entries)
  }

  private static func all<Value>(_ json: JSONValue, _ convert: (JSONValue) -> Value?) -> [Value]? {
    guard let array = json.array else { return nil }
    let values = array.compactMap(convert)
    return values.count == array.count ? values : nil
  }
}

extension JSONValue {
  /// The number if it is finite; Python also writes NaN and Infinity.
  var finite: Double? { double.flatMap { $0.isFinite ? $0 : nil } }
}
