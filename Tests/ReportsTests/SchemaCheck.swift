import Foundation
import Testing

/// The part of JSON Schema that docs/*.schema.json use: types, properties, required, items,
/// additionalProperties, enum and $ref to $defs.
struct SchemaCheck {
  private let root: [String: Any]

  /// The name of the document, for faults.
  private let name: String

  /// The schema docs/NAME.schema.json.
  init(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/\(name).schema.json")
    self.name = name
    root = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  /// What in a document is against the schema, one line each.
  func faults(of document: Any) -> [String] { faults(of: document, against: root, at: name) }

  private func faults(of value: Any, against schema: [String: Any], at path: String) -> [String] {
    if let reference = schema["$ref"] as? String,
      let name = reference.split(separator: "/").last,
      let target = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
    {
      return faults(of: value, against: target, at: path)
    }
    if let allowed = schema["enum"] as? [String] {
      return allowed.contains(value as? String ?? "") ? [] : ["\(path) is not one of \(allowed)"]
    }
    switch schema["type"] as? String {
    case "object": return objectFaults(value, schema, path)
    case "array":
      guard let items = value as? [Any], let item = schema["items"] as? [String: Any] else {
        return ["\(path) is not an array"]
      }
      return items.enumerated().flatMap { faults(of: $1, against: item, at: "\(path)[\($0)]") }
    case "string": return value is String ? [] : ["\(path) is not a string"]
    case "boolean": return value is Bool ? [] : ["\(path) is not a boolean"]
    case "number", "integer": return value is NSNumber ? [] : ["\(path) is not a number"]
    default: return ["\(path) has no type in the schema"]
    }
  }

  private func objectFaults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    guard let object = value as? [String: Any] else { return ["\(path) is not an object"] }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
    return missing.map { "\(path).\($0) is missing" }
      + object.flatMap { key, value -> [String] in
        if let property = properties[key] {
          return faults(of: value, against: property, at: "\(path).\(key)")
        }
        if let other = schema["additionalProperties"] as? [String: Any] {
          return faults(of: value, against: other, at: "\(path).\(key)")
        }
        return ["\(path).\(key) is not in the schema"]
      }
  }
}
