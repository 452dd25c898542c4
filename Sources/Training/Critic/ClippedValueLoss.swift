/// PPO's pessimistic loss of a value: ½ max((V − R)², (V_c − R)²), where V_c is V moved at most `clip` away from what it was
/// when the answers were drawn.
///
/// **Source:** as in TRL's and OpenAI's implementations of PPO; Schulman et al., arXiv 1707.06347, has no clip of values.
struct ClippedValueLoss {
  /// Nil for the plain square.
  let clip: Double?

  /// The loss, and its derivative by V; where the clipped branch counts, the value cannot lower the loss.
  func term(value: Double, old: Double, target: Double) -> (loss: Double, slope: Double) {
    let error = value - target
    guard let clip else { return (0.5 * error * error, error) }
    let clipped = min(max(value, old - clip), old + clip) - target
    return clipped * clipped > error * error
      ? (0.5 * clipped * clipped, 0) : (0.5 * error * error, error)
  }
}
