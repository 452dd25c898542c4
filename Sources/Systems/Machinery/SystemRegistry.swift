/// Every system, in the order in which they are listed.
package enum SystemRegistry {
  package static let all: [any ResearchSystem.Type] = [
    RoLoRA.self,
    LinearRoLoRA.self,
    SDLoRA.self,
    SDLoRAOperations.self,
    RepLoRA.self,
    CDE.self,
    AIRLS.self,
    SparseRetrieval.self,
    DocumentationRetrieval.self,
    PathNotTaken.self,
  ]

  /// The system of a name.
  /// - Throws: ``SystemError/unknown(name:known:)``.
  package static func find(_ name: String) throws(SystemError) -> any ResearchSystem.Type {
    guard let system = all.first(where: { $0.name == name }) else {
      throw .unknown(name: name, known: all.map { $0.name })
    }
    return system
  }
}
