import LinearAlgebra

/// The product s·B·M·A beside a frozen weight, with factors A and B that are frozen too: they come from the r largest
/// singular triplets of the base. LoRA-XS trains M itself, TinyLoRA a few numbers that M is made of.
///
/// With gW = ∂L/∂W₊: gM = s·Bᵀ·gW·Aᵀ.
struct PrincipalPath: Sendable {
  let module: AdaptedModule
  let rank: Int
  /// s.
  let scale: Double

  /// - Throws: ``AdapterError/rank(module:rank:limit:)``.
  init(module: AdaptedModule, rank: Int, scale: Double) throws(AdapterError) {
    try module.checkRank(rank)
    self.module = module
    self.rank = rank
    self.scale = scale
  }

  /// The r largest singular triplets of the base.
  func triplets(of base: Matrix) throws -> SingularTriplets {
    try base.checkFinite()
    return try DenseBaseWeight(base).principalTriplets(count: rank)
  }

  /// W₊ ← W + s·B·M·A.
  /// - Parameters:
  ///   - middle: M, r × r.
  ///   - input: A, r × in.
  ///   - output: B, out × r.
  func adapt<Element>(
    _ effective: MatrixView<Element>, frozen: MatrixView<Element>, middle: MatrixView<Element>,
    input: MatrixView<Element>, output: MatrixView<Element>, workspace: Workspace<Element>
  ) {
    effective.copy(frozen)
    workspace.lending([(rank, module.shape.columns)]) { lent in
      lent[0].multiply(middle, input)
      effective.multiply(output, lent[0], scale: Element(scale), keeping: 1)
    }
  }

  /// Adds gM, given the gradient of the effective weight.
  func addGradient<Element>(
    _ gradient: MatrixView<Element>, of weight: MatrixView<Element>, input: MatrixView<Element>,
    output: MatrixView<Element>, workspace: Workspace<Element>
  ) {
    workspace.lending([(rank, module.shape.columns)]) { lent in
      lent[0].multiply(output, .transposed, weight)
      gradient.multiply(lent[0], input, .transposed, scale: Element(scale), keeping: 1)
    }
  }
}
