package import LinearAlgebra

/// A saved WaveFT.
///
/// PEFT puts D in the middle of a larger matrix, so that the reconstruction, which is shorter by the length of the filter
/// less 2, has the size of the weight. The four quarters of that matrix are the coefficients: low-pass in both
/// directions at the top left, high-pass along the rows' index at the top right, along the columns' at the bottom left,
/// in both at the bottom right. Each coefficient adds a filter times a filter to a square of ΔW.
package struct SavedWaveFT: Adapter {
  package typealias Method = WaveFT
  package static let parameterNames = [WaveFT.spectrum]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  private let spectrum: RandomSpectrum
  /// Nil if the coefficients are the update itself.
  private let wavelet: Wavelet?
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let options = settings.configuration.spectrum
    spectrum = RandomSpectrum(
      coefficients: try reader.vector(WaveFT.spectrum, count: nil), seed: options.seed,
      settings: settings)
    if options.isTransformed {
      guard let wavelet = Wavelet(name: options.wavelet) else {
        throw .unknownWavelet(options.wavelet)
      }
      self.wavelet = wavelet
    } else {
      wavelet = nil
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil,
      scale: options.scaling ?? 25)
  }

  /// Nil, because only the base determines the size of the spectrum.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try spectrum.check(against: base)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let (outputs, inputs) = settings.features(of: base.matrixShape)
    var update = Matrix(rows: outputs, columns: inputs)
    for (row, column, value) in spectrum.placed(outputs: outputs, inputs: inputs) {
      let scaled = resolved.scale * value
      guard let wavelet else {
        update[row, column] += scaled
        continue
      }
      let rows = Band(row, of: outputs, filterLength: wavelet.low.count)
      let columns = Band(column, of: inputs, filterLength: wavelet.low.count)
      // The half in which the column lies decides the filter along the rows' index, and the other way round.
      let rowFilter = columns.isUpper ? wavelet.high : wavelet.low
      let columnFilter = rows.isUpper ? wavelet.high : wavelet.low
      for (i, rowWeight) in rowFilter.enumerated() {
        let target = rows.start + i
        guard (0..<outputs).contains(target) else { continue }
        for (j, columnWeight) in columnFilter.enumerated() {
          let place = columns.start + j
          guard (0..<inputs).contains(place) else { continue }
          update[target, place] += scaled * rowWeight * columnWeight
        }
      }
    }
    return .dense(settings.stored(update))
  }
}

/// Where a coefficient lies along one direction.
private struct Band {
  /// Whether it lies in the second half.
  let isUpper: Bool
  /// The first place that its filter reaches, which may be before the weight begins.
  let start: Int

  init(_ index: Int, of size: Int, filterLength: Int) {
    let margin = filterLength - 2
    let padded = (size + margin + 1) / 2 * 2
    let place = index + (padded - size) / 2
    isUpper = place >= padded / 2
    start = 2 * (place % (padded / 2)) - margin
  }
}
