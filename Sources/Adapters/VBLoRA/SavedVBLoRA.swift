package import LinearAlgebra

/// A saved VB-LoRA, with all logits or only the largest weights; its update is factored.
package struct SavedVBLoRA: Adapter {
  package typealias Method = VBLoRA
  package static let parameterNames = [VBLoRA.inputLogits, VBLoRA.outputLogits].flatMap {
    [$0, $0 + VBLoRA.indices, $0 + VBLoRA.weights]
  }
  package static let sharedParameterNames = [VBLoRA.bank]

  package let resolved: ResolvedModule
  private let bank: Matrix
  /// r × in/length.
  private let down: BankSums
  /// out/length × r.
  private let up: BankSums
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    bank = try reader.matrix(VBLoRA.bank, rows: nil, columns: nil)
    let count = settings.configuration.vbLoRA.summandCount
    down = try BankSums(VBLoRA.inputLogits, reader, vectors: bank.rows, count: count)
    up = try BankSums(VBLoRA.outputLogits, reader, vectors: bank.rows, count: count)
    if down.rows == 0 { throw .zeroRank(module: settings.module) }
    guard up.columns == down.rows else {
      throw .parameterShape(
        module: settings.module, parameter: VBLoRA.outputLogits, found: [up.rows, up.columns],
        expected: [nil, down.rows])
    }
    try ExpandedSize.check(down.rows, down.columns, bank.columns, module: settings.module)
    try ExpandedSize.check(up.rows, up.columns, bank.columns, module: settings.module)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: nil, scale: 1)
  }

  package var shape: MatrixShape? {
    settings.stored(outputs: up.rows * bank.columns, inputs: down.columns * bank.columns)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    // In a piece of B the vectors stand upright: entry (o, ρ) is at (o / length, ρ · length + o mod length).
    let pieces = up.joined(bank)
    let length = bank.columns
    var output = Matrix(rows: up.rows * length, columns: down.rows)
    for row in 0..<output.rows {
      for column in 0..<output.columns {
        output[row, column] = pieces[row / length, column * length + row % length]
      }
    }
    let pair = FactorPair(
      input: down.joined(bank), output: output, transposed: settings.isTransposed)
    return .product(pair.output, pair.input)
  }
}
