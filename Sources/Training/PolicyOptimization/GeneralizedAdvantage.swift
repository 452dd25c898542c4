/// Advantages of tokens by a value function.
///
/// A token's state is what precedes it; its reward is 0 but for the last token of a completion, which gets that of the
/// answer. After the last token there is nothing, of value 0.
///
/// **Source:** Schulman et al., "High-dimensional continuous control using generalized advantage estimation", 2016,
/// arXiv 1506.02438, equation 16.
package enum GeneralizedAdvantage {
  /// Σ_l (γλ)^l δ_{t+l}, with δ_t = r_t + γ V(s_{t+1}) − V(s_t).
  ///
  /// With γ = λ = 1 this is the reward of the answer minus V(s_t).
  /// - Parameters:
  ///   - rewards: One per completion.
  ///   - values: V(s_t) for every token of every completion.
  ///   - discount: γ.
  ///   - decay: λ.
  package static func advantages(
    rewards: [Double], values: [[Double]], discount: Double, decay: Double
  ) -> [[Double]] {
    zip(rewards, values).map { reward, values in
      var result = values
      var (ahead, next) = (0.0, 0.0)
      for place in values.indices.reversed() {
        let earned = place == values.count - 1 ? reward : 0
        ahead = earned + discount * next - values[place] + discount * decay * ahead
        next = values[place]
        result[place] = ahead
      }
      return result
    }
  }

  /// What a value function should have said: the advantage plus its value.
  package static func returns(
    rewards: [Double], values: [[Double]], discount: Double, decay: Double
  ) -> [[Double]] {
    let found = advantages(rewards: rewards, values: values, discount: discount, decay: decay)
    return zip(found, values).map { zip($0, $1).map(+) }
  }
}
