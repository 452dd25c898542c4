// Options of methods that are only read.

extension AdapterConfiguration {
  /// Options of RandLoRA.
  public struct RandLoRA: Sendable, Equatable {
    /// `sparse`: a third of the entries of the random bases are not zero.
    public var isSparse = false
    /// `very_sparse`: one of √m entries is not zero; it overrides `sparse`.
    public var isVerySparse = false

    public init() {}
  }

  /// Options of FourierFT and WaveFT.
  public struct Spectrum: Sendable, Equatable {
    /// `scaling`; nil stands for the method's default.
    public var scaling: Double?
    /// `random_loc_seed`: seed of the places of the coefficients.
    public var seed: UInt64 = 777
    /// `wavelet_family`.
    public var wavelet = "db1"
    /// `use_idwt`: whether the coefficients are transformed.
    public var isTransformed = true

    public init() {}
  }

  /// Options of Super-Tuning.
  public struct SuperTuning: Sendable, Equatable {
    /// `select_top`: whether the largest entries are trained, not the smallest.
    public var selectsLargest = true

    public init() {}
  }

  /// Options of VB-LoRA.
  public struct VBLoRA: Sendable, Equatable {
    /// `topk`: how many vectors of the bank a piece is made of.
    public var summandCount = 2

    public init() {}
  }

  /// Options of TinyLoRA.
  public struct TinyLoRA: Sendable, Equatable {
    /// `projection_seed`: seed of the random projections of the first module.
    public var seed: UInt64 = 42
    /// `u`: how many numbers a vector has.
    public var vectorSize = 64
    /// `weight_tying`: how much modules share vectors, from 0 to 1.
    public var weightTying = 0.0

    public init() {}
  }

  /// Options of BD-LoRA.
  public struct BlockDiagonal: Sendable, Equatable {
    /// `nblocks`.
    public var count = 1
    /// `target_modules_bd_a`: parts of the names of modules whose A is block-diagonal.
    public var inputTargets: [String] = []
    /// `target_modules_bd_b`: likewise for B.
    public var outputTargets: [String] = []

    public init() {}
  }
}
