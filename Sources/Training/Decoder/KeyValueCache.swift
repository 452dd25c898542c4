import LinearAlgebra

/// Keys and values of the tokens that each of some sequences has read, layer by layer.
struct KeyValueCache<Element: KernelScalar> {
  let sequences: Int
  let positions: Int
  private let width: Int
  private let keyStorage: [Storage<Element>]
  private let valueStorage: [Storage<Element>]

  init(_ configuration: DecoderConfiguration, sequences: Int, positions: Int) {
    self.sequences = sequences
    self.positions = positions
    width = configuration.keyValueWidth
    let count = sequences * positions * width
    keyStorage = (0..<configuration.layers).map { _ in Storage(count: count) }
    valueStorage = (0..<configuration.layers).map { _ in Storage(count: count) }
  }

  /// positions × KD of one sequence.
  func keys(layer: Int, sequence: Int) -> MatrixView<Element> {
    keyStorage[layer].view(at: sequence * positions * width, rows: positions, columns: width)
  }

  /// positions × KD of one sequence.
  func values(layer: Int, sequence: Int) -> MatrixView<Element> {
    valueStorage[layer].view(at: sequence * positions * width, rows: positions, columns: width)
  }
}
