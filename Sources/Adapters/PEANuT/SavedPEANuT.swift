package import LinearAlgebra

/// A saved PEANuT. The update stays factored.
package struct SavedPEANuT: OutByInAdapter {
  package typealias Method = PEANuT
  package static let parameterNames =
    [PEANuT.input, PEANuT.output]
    + (0..<PEANuT.mostLayers).flatMap { [PEANuT.encoder($0), PEANuT.decoder($0)] }
  package static let factorNames = [PEANuT.output]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let activation: Activation
  private let input: Matrix
  private let encoders: [Matrix]
  private let decoders: [Matrix]
  private let output: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let options = settings.configuration.options
    activation = try Activation(options)
    input = try reader.matrix(PEANuT.input, rows: nil, columns: nil)
    let rank = input.rows
    output = try reader.matrix(PEANuT.output, rows: input.columns, columns: rank)
    let layers = parameters.keys.count { $0.hasPrefix("peanut_encoders.") }
    let depth = try options.integer("depth") ?? layers
    guard depth == layers, parameters.count == 2 + 2 * depth else {
      throw .unknownParameters(
        module: settings.module, parameters: parameters.keys.sorted())
    }
    var (encoders, decoders): ([Matrix], [Matrix]) = ([], [])
    for index in 0..<depth {
      encoders.append(try reader.matrix(PEANuT.encoder(index), rows: rank, columns: rank))
      decoders.append(try reader.matrix(PEANuT.decoder(index), rows: rank, columns: rank))
    }
    (self.encoders, self.decoders) = (encoders, decoders)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: nil,
      scale: try options.double("scaling") ?? 1)
  }

  /// Nil, because the parameters do not tell the number of inputs.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    try require(MatrixShape(rows: output.rows, columns: base.columns), fits: base)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    // A column of W is one input of the network.
    var hidden = activation.applied(to: input * (try base.matrix()))
    var residuals: [Matrix] = []
    for encoder in encoders {
      residuals.append(hidden)
      hidden = activation.applied(to: encoder * hidden)
    }
    for (decoder, residual) in zip(decoders, residuals.reversed()) {
      hidden = activation.applied(to: decoder * hidden) + residual
    }
    return .product(resolved.scale * output, hidden)
  }
}
