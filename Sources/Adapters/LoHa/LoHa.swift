/// A Hadamard product of two low-rank products: ΔW = (α/r) (A₁B₁) ∘ (A₂B₂).
///
/// | module | `hada_w1_a`, `hada_w2_a` | `hada_w1_b`, `hada_w2_b` | `hada_t1`, `hada_t2` |
/// | --- | --- | --- | --- |
/// | linear, or a convolution flattened to out × (in · kernel) | out × r | r × in | |
/// | convolution | r × out | r × in | r × r × kernel (two sizes, the second 1 in one dimension) |
///
/// In the second form each of the two products is the tensor Σᵢⱼ t[i, j, k] a[i, o] b[j, c] of out × in × kernel.
///
/// **Source:** Hyeon-Woo, Ye-Bin, Oh, "FedPara: low-rank Hadamard product for communication-efficient federated
/// learning", 2021, arXiv 2108.06098; PEFT `tuners/loha/layer.py`, after LyCORIS.
package enum LoHa: AdapterMethod {
  package static let key = "loha"
  package static let summary = "entrywise product of two low-rank products"
  package static let peftTypes = ["LOHA"]

  /// The names of one of the two products.
  static let products = [
    LowRankTensorNames(output: "hada_w1_a", input: "hada_w1_b", core: "hada_t1"),
    LowRankTensorNames(output: "hada_w2_a", input: "hada_w2_b", core: "hada_t2"),
  ]
}
