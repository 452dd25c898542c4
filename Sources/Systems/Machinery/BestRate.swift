import Training

/// The learning rate of a unit, chosen by the unit itself: methods differ in the rate that suits them, and a comparison at
/// one rate is one of rates.
enum BestRate {
  /// Trains with each rate and keeps the one that answers most validation problems. A rate at which a number stops being
  /// finite is left out.
  /// - Parameters:
  ///   - rates: Those that are tried, at least one.
  ///   - train: Trains with a rate, from the start, and gives the accuracy on validation problems and whatever else is
  ///     kept of the training.
  /// - Throws: What training throws; `TrainingError` if no rate is usable.
  static func choose<Kept>(
    among rates: [Double], train: (Double) throws -> (accuracy: Double, kept: Kept)
  ) throws -> (rate: Double, kept: Kept) {
    var best: (accuracy: Double, rate: Double, kept: Kept)?
    var failure: TrainingError?
    for rate in rates {
      do {
        let (accuracy, kept) = try train(rate)
        if accuracy > best?.accuracy ?? -1 { best = (accuracy, rate, kept) }
      } catch let error as TrainingError {
        failure = error
      }
    }
    if best == nil, let failure { throw failure }
    guard let best else { preconditionFailure("there is a rate") }
    return (best.rate, best.kept)
  }
}
