package import LinearAlgebra

/// LoRA on a parameter that stacks the weights of E experts: ΔW_e = s·B_e·A_e.
///
/// | tensor | shape | taken as |
/// | --- | --- | --- |
/// | `lora_A.weight` | E·r × in | A_e: rows e·r ..< (e+1)·r |
/// | `lora_B.weight` | out × r·E | B_e: columns e, E + e, 2E + e, … |
///
/// Each expert is an adapter of its own. If the model stores an expert's weight in × out, the update is
/// transposed. A parameter without experts is the case E = 1.
///
/// **Source:** PEFT, option `target_parameters`; the mathematics is LoRA's.
package enum TargetParameters: AdapterMethod {
  package static let key = "lora-experts"
  package static let summary = "LoRA on a parameter that stacks experts, one update each"
  package static let peftTypes = ["LORA"]
}

/// A saved LoRA on one expert.
package struct SavedTargetParameters: Adapter {
  package typealias Method = TargetParameters
  package static let parameterNames = [LoRA.inputFactor, LoRA.outputFactor]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    settings.expert != nil
  }

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let expert = settings.expert ?? ExpertPosition(index: 0, count: 1)
    let down = try reader.matrix(LoRA.inputFactor, rows: nil, columns: nil)
    let up = try reader.matrix(LoRA.outputFactor, rows: nil, columns: down.rows)
    guard down.rows.isMultiple(of: expert.count) else {
      throw .indivisible(module: settings.module, size: down.rows, block: expert.count)
    }
    let rank = down.rows / expert.count
    let scale = try settings.scale(rank: rank)
    let ownDown = down.rowSlice(expert.index * rank..<(expert.index + 1) * rank)
    var ownUp = Matrix(rows: up.rows, columns: rank)
    for row in 0..<up.rows {
      for column in 0..<rank {
        ownUp[row, column] = scale * up[row, column * expert.count + expert.index]
      }
    }
    pair = FactorPair(
      input: ownDown, output: ownUp, transposed: settings.layout == .inByOut)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: settings.alpha,
      scale: scale)
  }

  package var shape: MatrixShape? { pair.shape }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(pair.output, pair.input)
  }
}
