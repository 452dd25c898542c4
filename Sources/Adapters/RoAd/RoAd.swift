/// Rotations of pairs of outputs, each with a factor: W₊ = R·W and b₊ = R·b.
///
/// The outputs are cut into groups of `group_size`, and output p of the first half of a group is paired with p + half:
///
/// | output | R |
/// | --- | --- |
/// | p | c_p on itself, −s_{p} on its partner |
/// | p + half | c_{p + half} on itself, s_{p + half} on its partner |
///
/// | `variant` | entries of `road_theta` and `road_alpha` | c and s |
/// | --- | --- | --- |
/// | `road_1` (the default) | out/2 | c = α cos θ and s = α sin θ, shared by both outputs of a pair |
/// | `road_2` | out | the same for each output |
/// | `road_4` | 2·out: in each group first those of c, then those of s | c = α cos θ, s = α′ sin θ′ |
///
/// **Source:** Liao, Monz, "3-in-1: 2D rotary adaptation for efficient finetuning, efficient batching and
/// composability", 2024, arXiv 2409.00119, equation 4; PEFT `tuners/road/layer.py`.
package enum RoAd: AdapterMethod {
  package static let key = "road"
  package static let summary = "scaled rotations of pairs of outputs"
  package static let peftTypes = ["ROAD"]

  static let angles = "road_theta"
  static let factors = "road_alpha"

  /// How many entries of the parameters a pair of outputs has.
  enum Variant: Int { case one = 1, two = 2, four = 4 }
}
