package import Checkpoints
import Updates

/// In which types a merge was computed: that of the base when it was loaded, and that of the adapter's parameters.
package struct MergeArithmetic: Sendable, Equatable {
  package enum Factors: String, Sendable, CaseIterable {
    /// Parameters and ΔW in Float32, as PEFT loads adapters by default.
    case single
    /// The same, with ΔW rounded to the base's type before it is added: `safe_merge=True`.
    case roundedUpdate
    /// Parameters in the base's type, products in Float32, ΔW rounded: `autocast_adapter_dtype=False` on a processor.
    case ofBase
    /// Parameters and products in the base's type, as on a graphics card.
    case ofBaseThroughout
  }

  /// The type in which the base was loaded.
  package let loaded: DataType
  package let factors: Factors

  package init(loaded: DataType, factors: Factors = .single) {
    self.loaded = loaded
    self.factors = factors
  }

  /// The types in which the base of a merged weight may have been loaded, that of the merged file first.
  static func loadedTypes(base: StoredMatrix, merged: StoredMatrix) -> [DataType] {
    let types = [merged.storageType, base.storageType]
    return types[0] == types[1] ? [types[0]] : types
  }

  /// What a merge may have been computed in, the most usual first.
  /// - Parameter type: That in which the base was loaded.
  static func candidates(loaded type: DataType) -> [MergeArithmetic] {
    guard type.isMergeable else { return [] }
    let factors = type.unitRoundoff > DataType.float32.unitRoundoff ? Factors.allCases : [.single]
    return factors.map { MergeArithmetic(loaded: type, factors: $0) }
  }
}

extension MergeArithmetic: CustomStringConvertible {
  /// In a few words, such as `base in BF16, adapter in F32`.
  package var description: String {
    let type = loaded.rawValue
    return switch factors {
    case .single: "base in \(type), adapter in F32"
    case .roundedUpdate: "base in \(type), adapter in F32, update rounded to \(type) first"
    case .ofBase: "base and adapter in \(type)"
    case .ofBaseThroughout: "base, adapter and products in \(type)"
    }
  }
}

extension DataType {
  /// Whether PyTorch adds numbers of this type.
  package var isMergeable: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    default: false
    }
  }
}
