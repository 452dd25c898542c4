public import LinearAlgebra

/// What a LoRA adapter contributed before training where that was not zero: s·B₀A₀.
///
/// The trainer took it out of the base, so that the model began as it was; the update against the
/// original base is then s(BA − B₀A₀), of rank 2r, which stays factored.
public protocol LoRAStart: Sendable {
  /// PEFT's name of the initialisation.
  static var name: String { get }
  /// One line: where the first factors come from.
  static var summary: String { get }

  /// s·B₀A₀ in the layout of the base.
  /// - Parameters:
  ///   - base: The pretrained weight.
  ///   - rank: The rank of the trained factors.
  ///   - scale: s.
  ///   - settings: The module's, for its layout and its name in errors.
  func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> StartProduct

  /// Whether the base weight tells the factors.
  var needsBase: Bool { get }

  /// Checks what of a module's settings keeps the start from being told.
  func check(_ settings: ModuleSettings) throws(AdapterError)
}

extension LoRAStart {
  public var needsBase: Bool { true }

  public func check(_ settings: ModuleSettings) throws(AdapterError) {}
}

/// s·B₀A₀ as left · right.
public struct StartProduct: Sendable {
  /// rows × r₀.
  public let left: Matrix
  /// r₀ × columns.
  public let right: Matrix

  public init(left: Matrix, right: Matrix) {
    self.left = left
    self.right = right
  }
}

/// The starts that are computed here.
public enum LoRAStartRegistry {
  public static let all: [any LoRAStart.Type] = [
    OLoRAStart.self, PiSSAStart.self, RecordedStart.self,
  ]
}

extension Initialization {
  /// The start that the base weight alone tells, if this initialisation has one.
  ///
  /// The randomised PiSSA is given the exact triplets, from which its own differ: who uses this
  /// says so.
  public var computableStart: (any LoRAStart)? {
    switch self {
    case .pissa, .pissaIterated: PiSSAStart()
    case .olora: OLoRAStart()
    default: nil
    }
  }
}
