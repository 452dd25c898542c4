import Foundation

/// JSON files of this program: keys in snake case and sorted, indented, slashes as they are.
package enum JSONDocument {
  /// The bytes of a document. Equal documents give equal bytes.
  package static func bytes(of document: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
  }
}
