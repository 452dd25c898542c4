/// Coefficients at random places of a matrix that has the size of the weight.
struct RandomSpectrum: Sendable {
  let coefficients: [Double]
  /// `random_loc_seed`, from which PyTorch draws the places.
  let seed: UInt64
  let settings: ModuleSettings

  /// Checks that a weight of this shape has enough places.
  func check(against base: MatrixShape) throws(AdapterError) {
    let (places, overflows) = base.rows.multipliedReportingOverflow(by: base.columns)
    guard overflows || coefficients.count > places else { return }
    throw .coefficientCount(module: settings.module, count: coefficients.count, base: base)
  }

  /// The coefficients with their rows and columns, out × in.
  func placed(outputs: Int, inputs: Int) -> [(row: Int, column: Int, value: Double)] {
    var generator = MersenneTwister(seed: seed)
    let places = generator.permutation(of: outputs * inputs, first: coefficients.count)
    return zip(places, coefficients).map { ($0 / inputs, $0 % inputs, $1) }
  }
}
