import Documents

/// A family of names under which an adapter is saved.
///
/// A new family is one type and one line in ``AdapterFormats``.
package protocol AdapterFormat: Sendable {
  /// What `--format` calls it.
  static var name: String { get }
  /// One line for `list adapter-formats`.
  static var summary: String { get }
  /// What its names begin with, unless the user says otherwise; nil if that cannot be chosen.
  static var defaultPrefix: String? { get }

  /// - Parameter prefix: What the names begin with, in a family in which that can be chosen.
  /// - Throws: ``AdapterFormatError`` for what the family cannot say.
  static func contents(
    of adapter: LowRankAdapter, prefix: String
  ) throws(AdapterFormatError) -> AdapterFileContents
}

/// The families of names.
package enum AdapterFormats {
  /// In the order of `list adapter-formats`.
  package static let all: [any AdapterFormat.Type] = [
    PEFTFormat.self, KohyaFormat.self, DiffusersFormat.self, MLXFormat.self,
  ]
}

extension AdapterFormat {
  package static var defaultPrefix: String? { nil }

  /// Refuses names of kohya's, which only its own files can hold: they do not tell dots from underscores.
  /// - Throws: ``AdapterFormatError/flatName(format:name:)``.
  static func requireDottedNames(_ adapter: LowRankAdapter) throws(AdapterFormatError) {
    let flat = adapter.modules.first { KohyaFormat.isFlat($0.name) }
    if let flat { throw .flatName(format: name, name: flat.name) }
  }

  /// Refuses what only PEFT's folder can say.
  /// - Throws: ``AdapterFormatError/wholeTensors(format:names:)``, ``AdapterFormatError/field(format:name:)``.
  static func requireFactorsOnly(_ adapter: LowRankAdapter) throws(AdapterFormatError) {
    if let field = adapter.fields.first { throw .field(format: name, name: field.key) }
    guard !adapter.whole.isEmpty else { return }
    throw .wholeTensors(format: name, names: adapter.whole.map { "\($0.module).\($0.parameter)" })
  }

  /// - Throws: ``AdapterFormatError/embeddings(format:names:)``, ``AdapterFormatError/parameters(format:names:)`` if there
  ///   are any.
  static func requireModulesOnly(_ adapter: LowRankAdapter) throws(AdapterFormatError) {
    let names = adapter.modules.filter { $0.kind == .embedding }.map(\.name)
    if !names.isEmpty { throw .embeddings(format: name, names: names) }
    let parameters = adapter.modules.filter { $0.owner != nil }.map(\.name)
    if !parameters.isEmpty { throw .parameters(format: name, names: parameters) }
  }
}
