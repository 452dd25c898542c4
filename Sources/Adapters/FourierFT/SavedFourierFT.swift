package import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A saved FourierFT.
///
/// A coefficient c at (u, v) of an M × N spectrum adds c/MN · cos(2π(up/M + vq/N)) to the entry (p, q). With
/// cos(a + b) = cos a · cos b − sin a · sin b the sum is a product of two matrices: waves over the outputs, one pair for
/// each frequency, times sums of waves over the inputs. Frequencies u and M − u have the same waves but for a sign, so
/// there are at most M + 2 of them.
package struct SavedFourierFT: Adapter {
  package typealias Method = FourierFT
  package static let parameterNames = [FourierFT.spectrum]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  private let spectrum: RandomSpectrum
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let options = settings.configuration.spectrum
    spectrum = RandomSpectrum(
      coefficients: try reader.vector(FourierFT.spectrum, count: nil), seed: options.seed,
      settings: settings)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil,
      scale: options.scaling ?? 150)
  }

  /// Nil, because only the base determines the size of the spectrum.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try spectrum.check(against: base)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let (outputs, inputs) = settings.features(of: base.matrixShape)
    let placed = spectrum.placed(outputs: outputs, inputs: inputs)
    // The frequencies of the outputs, u and M − u taken together.
    let frequencies = Set(placed.map { min($0.row, outputs - $0.row) }).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(frequencies, frequencies.indices))
    let (rows, columns) = (Wave(period: outputs), Wave(period: inputs))
    var left = Matrix(rows: outputs, columns: 2 * frequencies.count)
    for row in 0..<outputs {
      for (index, frequency) in frequencies.enumerated() {
        left[row, 2 * index] = rows.cosine(frequency, row)
        left[row, 2 * index + 1] = -rows.sine(frequency, row)
      }
    }
    let scale = resolved.scale / Double(outputs * inputs)
    var right = Matrix(rows: 2 * frequencies.count, columns: inputs)
    for (row, column, value) in placed {
      let frequency = min(row, outputs - row)
      guard let index = indices[frequency] else { continue }
      let (even, odd) = (scale * value, row == frequency ? scale * value : -scale * value)
      for position in 0..<inputs {
        right[2 * index, position] += even * columns.cosine(column, position)
        right[2 * index + 1, position] += odd * columns.sine(column, position)
      }
    }
    let pair = FactorPair(input: right, output: left, transposed: settings.isTransposed)
    return .product(pair.output, pair.input)
  }
}

/// The values of cos and sin at the multiples of 2π/period.
private struct Wave {
  private let period: Int
  private let cosines: [Double]
  private let sines: [Double]

  init(period: Int) {
    self.period = period
    let angles = (0..<period).map { 2 * Double.pi * Double($0) / Double(period) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  func cosine(_ frequency: Int, _ position: Int) -> Double {
    cosines[frequency * position % period]
  }

  func sine(_ frequency: Int, _ position: Int) -> Double { sines[frequency * position % period] }
}
