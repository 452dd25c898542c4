/// The choices of a run: what a study varies, and what it holds fixed.
///
/// Two runs that differ only in the learning rate lie on one curve; two runs with equal factors differ only
/// in their seed. A factor is nil if it is unknown, as for some runs that were made elsewhere.
public struct Factors: Codable, Hashable, Sendable {
  /// Key of the method, or of the start where the method is LoRA: `lora`, `pissa`, `dora`, `full`.
  public var adapter: String
  public var learningRate: Double?
  public var rank: Int?
  /// What the product of the factors is multiplied by: α / r, or α / √r for rank-stabilised LoRA.
  public var scale: Double?
  /// The share of inputs that the adapter path drops while learning.
  public var dropout: Double?
  /// Whether answers are drawn with the same dropout masks that they are learned from with.
  public var samplesWithDropout: Bool?
  /// Whether every importance ratio is taken to be 1.
  public var forcesUnitRatio: Bool?
  /// `grpo`, `dapo`, …; `sft` for demonstrations.
  public var objective: String?
  /// Answers per step: problems × answers each.
  public var batch: Int?
  /// The kinds of modules with an adapter, sorted; empty for all.
  public var targets: [String]?
  public var task: String?
  public var steps: Int?
  /// All other options of the run that differ from their defaults, each as `name value`, sorted: `warmup 0`,
  /// `merge-cycle bfloat16`. Empty if there are none.
  public var switches: [String]?

  public init(
    adapter: String, learningRate: Double? = nil, rank: Int? = nil, scale: Double? = nil,
    dropout: Double? = nil, samplesWithDropout: Bool? = nil, forcesUnitRatio: Bool? = nil,
    objective: String? = nil, batch: Int? = nil, targets: [String]? = nil, task: String? = nil,
    steps: Int? = nil, switches: [String]? = nil
  ) {
    self.adapter = adapter
    self.learningRate = learningRate
    self.rank = rank
    self.scale = scale
    self.dropout = dropout
    self.samplesWithDropout = samplesWithDropout
    self.forcesUnitRatio = forcesUnitRatio
    self.objective = objective
    self.batch = batch
    self.targets = targets
    self.task = task
    self.steps = steps
    self.switches = switches
  }

  /// Whether these choices differ from others only in adapter, rank and learning rate: another method, with
  /// nothing else varied.
  ///
  /// A method may use the other scaling rule, α/√r instead of α/r, if α/r is the same.
  public func isMethod(like other: Factors) -> Bool {
    var plain = other.withoutRate
    plain.adapter = adapter
    plain.rank = rank
    if adapter != other.adapter, isRankStabilized(like: other) { plain.scale = scale }
    return withoutRate == plain
  }

  /// Whether the scale is √r times another's.
  private func isRankStabilized(like other: Factors) -> Bool {
    guard let scale, let rank, let common = other.scale else { return false }
    // Both are products and quotients of the same few numbers, so they agree to rounding.
    return abs(scale - common * Double(rank).squareRoot()) <= 4 * scale.ulp
  }

  /// The same choices without the learning rate: what a curve over learning rates holds fixed.
  public var withoutRate: Factors {
    var factors = self
    factors.learningRate = nil
    return factors
  }
}

extension Factors {
  /// Replaces the switches of an option.
  /// - Parameters:
  ///   - option: Its name, which is the first word of its switches.
  ///   - values: What it is given; none to leave it out.
  mutating func setSwitch(_ option: String, to values: [String]) {
    let others = (switches ?? []).filter { !$0.hasPrefix(option + " ") }
    switches = (others + values.map { "\(option) \($0)" }).sorted()
  }

  /// The option that holds those of the task.
  private static let taskOptions = "task-option"

  /// An option of the task as the run gives it, such as `64` for `keys=64`; nil where the task's default holds.
  /// - Parameters:
  ///   - name: Its name; a value that contains spaces is cut at the first.
  public func taskOption(_ name: String) -> String? {
    givenTaskOptions.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// The same choices without an option of the task: what runs over its values have in common.
  public func leaving(taskOption name: String) -> Factors {
    guard taskOption(name) != nil else { return self }
    let others = givenTaskOptions.filter { !$0.hasPrefix(name + "=") }
    var factors = self
    factors.setSwitch(Self.taskOptions, to: others.isEmpty ? [] : [others.joined(separator: " ")])
    return factors
  }

  private var givenTaskOptions: [Substring] {
    (switches ?? []).filter { $0.hasPrefix(Self.taskOptions + " ") }
      .flatMap { $0.split(separator: " ").dropFirst() }
  }
}
