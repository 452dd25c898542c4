package import Checkpoints
import Spectra

/// What a reduction keeps of a checkpoint, and what it loses.
package struct Reduction: Codable, Sendable {
  /// Every update that has a rank, in the order of names.
  package let modules: [ReducedModule]
  /// The names of tensors that are kept whole.
  package let whole: [String]
  /// The names of what is left out although it changed, or may have.
  package let leftOut: [String]
  /// Warnings about the checkpoint.
  package let warnings: [String]

  /// ‖lost‖_F / ‖ΔW‖_F over all modules that become factors.
  package let lost: Double
  /// The same of the rounding to the storage type; nil for float32.
  package let rounding: Double?
  /// The number of parameters of all factors.
  package let parameters: Int
  /// What it does to a text; nil if none was given.
  package let text: TextLoss?

  /// What three models say about a text, in nats a token.
  package struct TextLoss: Codable, Sendable {
    /// How many tokens are predicted.
    package let tokens: Int
    package let base: Double
    package let tuned: Double
    /// The base with what is kept.
    package let reduced: Double
  }

  init(
    modules: [ReducedModule], whole: [String], leftOut: [String], warnings: [String],
    text: TextLoss?
  ) {
    self.text = text
    self.modules = modules
    self.whole = whole
    self.leftOut = leftOut
    self.warnings = warnings
    let energy = modules.reduce(0) { $0 + $1.norm * $1.norm }
    func share(_ error: (ReducedModule) -> Double) -> Double {
      let sum = modules.reduce(0) { $0 + (error($1) * $1.norm) * (error($1) * $1.norm) }
      return energy > 0 ? (sum / energy).squareRoot() : 0
    }
    lost = share(\.lost)
    let isRounded = modules.contains { $0.rounding != nil }
    rounding = isRounded ? share { $0.rounding?.error ?? 0 } : nil
    parameters = modules.reduce(0) { $0 + $1.parameters }
  }
}

/// What is kept of the update of one module.
package struct ReducedModule: Codable, Sendable {
  package let module: String
  package let rows: Int
  package let columns: Int
  /// The numerical rank of the update.
  package let fullRank: Int
  /// The rank that is kept.
  package let rank: Int
  /// ‖ΔW‖_F.
  package let norm: Double
  /// ‖lost‖_F / ‖ΔW‖_F and ‖lost‖₂ / ‖ΔW‖₂.
  package let lost: Double
  package let lostSpectral: Double
  /// ‖X(ΔW − kept)ᵀ‖_F / ‖XΔWᵀ‖_F for what the module reads in the tuned model while that reads a text, X; nil without
  /// a text, and for embeddings.
  package let lostOutput: Double?
  /// The number of parameters of the factors as they are stored.
  package let parameters: Int
  /// Nil for float32, and where nothing was rounded yet.
  package let rounding: Rounding?

  /// What the storage type does to the factors.
  package struct Rounding: Codable, Sendable {
    /// The share of the entries that are not zero which the type holds exactly, and that which it makes zero.
    package let exactShare: Double
    package let zeroShare: Double
    /// ‖rounded − exact‖_F / ‖ΔW‖_F of the products.
    package let error: Double
  }

  /// - Parameters:
  ///   - kept: How many directions are kept.
  ///   - storedRank: The rank of the factors, which zeros may fill up.
  init(
    _ part: ReductionParts.Factored, _ spectrum: Spectrum, kept: Int, storedRank: Int,
    lostOutput: Double? = nil, rounding: Rounding? = nil
  ) {
    self.lostOutput = lostOutput
    module = part.name
    rows = spectrum.rows
    columns = spectrum.columns
    fullRank = ExactRule().ranks(of: [spectrum])[0]
    rank = kept
    norm = spectrum.norm
    let rest = spectrum.values.dropFirst(kept)
    // Exactly zero where all directions above rounding are kept.
    let isAll = kept >= fullRank
    lost = isAll || norm == 0 ? 0 : Spectrum(rest, like: spectrum).norm / norm
    lostSpectral = isAll || spectrum.largest == 0 ? 0 : (rest.first ?? 0) / spectrum.largest
    parameters = storedRank * part.cost
    self.rounding = rounding
  }
}

extension Spectrum {
  fileprivate init(_ values: some Sequence<Double>, like other: Spectrum) {
    self.init(values: Array(values), rows: other.rows, columns: other.columns)
  }
}

extension DataType {
  /// What `--type` calls it.
  package var name: String {
    switch self {
    case .bfloat16: "bfloat16"
    case .float16: "float16"
    case .float32: "float32"
    default: rawValue
    }
  }
}
