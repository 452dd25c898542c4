import Adapters
import LinearAlgebra

/// Which modules of a decoder get an adapter.
public struct TargetModules: Sendable, Equatable {
  /// Last parts of module names, such as `q_proj`; empty for all modules that the method acts on.
  public let names: [String]

  public init(_ names: [String] = []) { self.names = names }

  /// A module and its slots in the decoder's layout.
  struct Slot {
    let module: AdaptedModule
    let weight: Int
    let bias: Int?
  }

  /// The chosen modules, in the order of the layout.
  func slots(of layout: DecoderLayout, for targets: AdapterTargets) throws(TrainingError) -> [Slot]
  {
    let candidates = layout.slots.indices.filter { index in
      switch targets {
      case .linear: layout.slots[index].kind == .linear && layout.slots[index].isInLayer
      case .norms: layout.slots[index].kind == .norm
      case .all: layout.slots[index].kind != .bias
      }
    }
    let chosen = candidates.filter { names.isEmpty || names.contains(layout.slots[$0].kindName) }
    for name in names where !candidates.contains(where: { layout.slots[$0].kindName == name }) {
      throw .noTargets(
        pattern: name, available: Set(candidates.map { layout.slots[$0].kindName }).sorted())
    }
    return chosen.map { index in
      let slot = layout.slots[index]
      let bias = layout.slots.firstIndex { $0.kind == .bias && $0.module == slot.module }
      return Slot(
        module: AdaptedModule(
          name: slot.module, shape: MatrixShape(rows: slot.rows, columns: slot.columns),
          hasBias: bias != nil, isFeedForwardOutput: slot.kindName == "down_proj"),
        weight: index, bias: bias)
    }
  }
}

extension DecoderLayout {
  /// The seed of what a run draws for a slot: each has its own, so that adding a module changes no other.
  package static func seed(_ run: UInt64, slot: Int) -> UInt64 {
    run &+ UInt64(slot) &* 0x9E37_79B9_7F4A_7C15
  }
}

extension DecoderLayout.Slot {
  /// The last part of the module's name.
  var kindName: String { String(module.split(separator: ".").last ?? "") }
  /// Whether the tensor belongs to a layer, not to the embedding or the head.
  package var isInLayer: Bool { name.hasPrefix("model.layers.") }
}
