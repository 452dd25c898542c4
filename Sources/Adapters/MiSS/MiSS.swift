/// Matrix shard sharing: every block of r inputs has the same update.
///
/// | form | `miss_block` | ΔW |
/// | --- | --- | --- |
/// | plain | r × out | ΔW[o, i] = D[i mod r, o] |
/// | mini | r × m | ΔW[o, i] = D[i mod r, o mod m] |
/// | bat | out/r × r × r | for each r × r block of W at (o, c): W[o, c]·D[o] + D[o] |
///
/// There is no scale. The form bat depends on W, and r must divide both sizes. Files of Bone, the earlier name
/// of the method, use `bone_block`.
///
/// **Source:** Kang, Yin, "MiSS: revisiting the trade-off in LoRA with an efficient shard-sharing
/// structure", 2024, arXiv 2409.15371; the forms are PEFT's.
package enum MiSS: AdapterMethod {
  package static let key = "miss"
  package static let summary = "one small block shared by all shards of the input"
  package static let peftTypes = ["BONE", "MISS"]

  static let block = "miss_block"
  static let formerBlock = "bone_block"
}
