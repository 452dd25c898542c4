import Adapters
import LinearAlgebra

/// The entries of trained parameters that a mask keeps from learning.
struct FixedEntries<Element: KernelScalar> {
  private struct Part {
    /// Its place among the trained parameters.
    let index: Int
    let values: MatrixView<Element>
    /// Of the fixed entries, row after row, and their numbers.
    let places: [Int]
    let numbers: [Element]
  }

  private let parts: [Part]
  /// The share of the entries of masked matrices that learn.
  let density: Double

  /// Masks the weight matrices of layers as they are now.
  /// - Parameters:
  ///   - layers: All adapted modules, trained as whole weights.
  ///   - layout: The decoder's.
  ///   - mask: Which entries learn.
  ///   - rank: Of the approximation whose entries are principal.
  ///   - seed: The run's.
  /// - Throws: `LinearAlgebraError` if a weight cannot be decomposed.
  init(
    _ layers: [AdaptedLayer<Element>], of layout: DecoderLayout, _ mask: GradientMask, rank: Int,
    seed: UInt64
  ) throws(LinearAlgebraError) {
    var parts = [Part]()
    var (index, fixed, total) = (0, 0, 0)
    for layer in layers {
      defer { index += layer.adapter.parameters.count { $0.isTrained } }
      let slot = layout.slots[layer.weightSlot]
      guard slot.kind == .linear, slot.isInLayer, let values = layer.parameters.first else {
        continue
      }
      let numbers = values.values
      let learns = try mask.learns(
        values.matrix, rank: rank, seed: DecoderLayout.seed(seed, slot: layer.weightSlot))
      let places = learns.indices.filter { !learns[$0] }
      parts.append(
        Part(index: index, values: values, places: places, numbers: places.map { numbers[$0] }))
      fixed += places.count
      total += learns.count
    }
    self.parts = parts
    density = total == 0 ? 1 : 1 - Double(fixed) / Double(total)
  }

  private init(parts: [Part], density: Double) {
    self.parts = parts
    self.density = density
  }

  /// The same entries of other layers, which are at the start of these.
  func over(_ layers: [AdaptedLayer<Element>]) -> Self {
    let trained = layers.flatMap { layer in
      zip(layer.adapter.parameters, layer.parameters).filter { $0.0.isTrained }.map(\.1)
    }
    return Self(
      parts: parts.map { part in
        Part(
          index: part.index, values: trained[part.index], places: part.places, numbers: part.numbers
        )
      }, density: density)
  }

  /// Sets their gradients to zero.
  func clear(_ gradients: [MatrixView<Element>]) {
    for part in parts {
      let gradient = gradients[part.index]
      for place in part.places {
        gradient[place / gradient.columns, place % gradient.columns] = 0
      }
    }
  }

  /// Puts their numbers back: the optimiser may have moved them, by decay or because it mixes entries.
  func restore() {
    for part in parts {
      let columns = part.values.columns
      for (place, number) in zip(part.places, part.numbers) {
        part.values[place / columns, place % columns] = number
      }
    }
  }
}
