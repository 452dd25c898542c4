package import LinearAlgebra
package import Training

/// The factors of a plain LoRA, made by two generators for each block of the decoder: one of its factors A, one of its
/// factors B. When training ends the generators are dropped, and what is left is the LoRA.
package final class GeneratedFactors<Element: KernelScalar> {
  private struct Block {
    let modules: [FactorViews<Element>]
    let inputs: FactorGenerator<Element>, outputs: FactorGenerator<Element>
  }

  private let blocks: [Block]

  /// Makes the generators and writes their factors: B is zero.
  /// - Parameters:
  ///   - modules: The factors of the LoRA.
  ///   - generator: The source of random numbers.
  package init(_ modules: [FactorViews<Element>], using generator: inout SplitMix64) {
    let names = modules.map { Self.block(of: $0.module) }
    var seen = Set<Substring>()
    blocks = names.filter { seen.insert($0).inserted }.map { name in
      let own = modules.filter { Self.block(of: $0.module) == name }
      let rank = own.first?.input.rows ?? 0
      return Block(
        modules: own,
        inputs: FactorGenerator(
          rank: rank, shapes: own.map { ($0.input.rows, $0.input.columns) }, startsAtZero: false,
          using: &generator),
        outputs: FactorGenerator(
          rank: rank, shapes: own.map { ($0.output.rows, $0.output.columns) }, startsAtZero: true,
          using: &generator))
    }
    write()
  }

  /// `model.layers.0` of `model.layers.0.self_attn.q_proj`.
  private static func block(of module: String) -> Substring {
    module.split(separator: ".").firstIndex { Int($0) != nil }.map { place in
      let parts = module.split(separator: ".")[0...place]
      return Substring(parts.joined(separator: "."))
    } ?? module[...]
  }

  /// What learns: the parameters of the generators.
  package var parameters: [OptimizedParameter<Element>] {
    blocks.enumerated().flatMap { index, block in
      (block.inputs.parameters + block.outputs.parameters).enumerated().map { place, values in
        OptimizedParameter(name: "block.\(index).\(place)", values: values)
      }
    }
  }

  /// The gradients of ``parameters``, in their order, from those of the factors.
  package func gradients() -> [MatrixView<Element>] {
    blocks.flatMap { block in
      block.inputs.propagate(block.modules.map(\.inputGradient))
      block.outputs.propagate(block.modules.map(\.outputGradient))
      return block.inputs.gradients + block.outputs.gradients
    }
  }

  /// Writes the factors of the LoRA. Call it whenever parameters have changed.
  package func write() {
    for block in blocks {
      block.inputs.write(block.modules.map(\.input))
      block.outputs.write(block.modules.map(\.output))
    }
  }
}
