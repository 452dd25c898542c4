import Adapters
import LinearAlgebra
import Studies
import Systems
import Testing
import Training

@Suite("The path not taken") struct PathNotTakenTests {
  /// Two query heads for each of three key-value heads, and biases.
  private static func configuration() -> DecoderConfiguration {
    DecoderConfiguration(
      modelType: "qwen2", vocabularySize: 11, width: 12, layers: 2, heads: 6, keyValueHeads: 3,
      headWidth: 4, feedForwardWidth: 10, ropeBase: 100, maximumPositions: 16,
      hasAttentionBias: true)
  }

  private static func model() -> DecoderModel<Double> {
    var generator = SplitMix64(seed: 5)
    let model = DecoderModel<Double>(
      drawing: configuration(), standardDeviation: 0.4, using: &generator)
    // A bias of zero would not show whether it is changed with its rows.
    for (slot, view) in zip(model.layout.slots, model.weights.present) where slot.kind == .bias {
      view.set(generator.gaussianMatrix(rows: view.rows, columns: view.columns))
    }
    return model
  }

  private static let texts: [SupervisedPolicy<Double>.Demonstration] = [
    ([1, 2, 3, 4], [5, 6, 7]), ([8], [9, 10, 1, 3, 5]),
  ]

  private static func policy(
    _ model: DecoderModel<Double>
  ) throws -> SupervisedPolicy<Double> {
    try SupervisedPolicy.full(on: model, seed: 0, positions: 12)
  }

  @Test(arguments: [HeadChange.Kind.rotation, .permutation], [0, 1])
  func `the function of the decoder stays, and its weights do not`(
    kind: HeadChange.Kind, layer: Int
  ) throws {
    let model = Self.model()
    let change = HeadChange(kind, ofLayer: layer, in: model.configuration, seed: 3)
    let changed = change.applied(to: model)
    // A loss of about 3 nats by sums of some thousand products in double precision.
    #expect(
      abs(
        try Self.policy(model).loss(of: Self.texts) - Self.policy(changed).loss(of: Self.texts))
        < 1e-12)
    for (index, slot) in model.layout.slots.enumerated() {
      let isMoved =
        slot.name.hasPrefix("model.layers.\(layer).self_attn")
        && (kind == .permutation || !slot.name.contains("q_proj") && !slot.name.contains("k_proj"))
      #expect(
        (model.weights[index].matrix == changed.weights[index].matrix) == !isMoved, "\(slot.name)")
      if isMoved, slot.kind == .linear {
        let back = change.undone(changed.weights[index].matrix, of: index, in: model.layout)
        #expect((back - model.weights[index].matrix).frobeniusNorm() < 1e-13)
      }
    }
  }

  @Test func `no change leaves every number as it is, and the seed chooses the others`() {
    let model = Self.model()
    func weights(_ kind: HeadChange.Kind, seed: UInt64) -> [Matrix] {
      HeadChange(kind, ofLayer: 0, in: model.configuration, seed: seed).applied(to: model)
        .weights.present.map(\.matrix)
    }
    #expect(weights(.none, seed: 1) == model.weights.present.map(\.matrix))
    #expect(weights(.rotation, seed: 1) == weights(.rotation, seed: 1))
    #expect(weights(.rotation, seed: 1) != weights(.rotation, seed: 2))
  }

  /// The updates of the changed decoder after some steps, without the change, less those of the other.
  private static func gap(
    _ kind: HeadChange.Kind, _ optimizer: OptimizerChoice
  ) throws -> Double {
    let model = model()
    let change = HeadChange(kind, ofLayer: 1, in: model.configuration, seed: 3)
    let updates = try [model, change.applied(to: model)].map { start in
      let policy = try policy(start)
      let optimizer = optimizer.optimizer(of: policy.parameters)
      for _ in 0..<5 { try policy.step(on: texts, optimizer, rate: 0.01) }
      return policy.policy.updates
    }
    var largest = 0.0
    for (one, other) in zip(updates[0], updates[1]) {
      let slot = try #require(
        model.layout.slots.firstIndex { $0.module == one.module && $0.kind != .bias })
      let back = change.undone(other.update, of: slot, in: model.layout)
      largest = max(largest, (one.update - back).frobeniusNorm() / one.update.frobeniusNorm())
    }
    return largest
  }

  @Test func `steps of SGD turn with the rotation, and those of AdamW do not`() throws {
    #expect(try Self.gap(.rotation, .sgd(momentum: 0.9, decay: 0)) < 1e-10)
    #expect(try Self.gap(.rotation, .adamW(AdamWOptions())) > 0.1)
  }

  @Test func `steps of both go with heads that change places`() throws {
    #expect(try Self.gap(.permutation, .sgd(momentum: 0.9, decay: 0)) < 1e-10)
    // AdamW divides by roots of squared gradients, some near its ε: rounding is amplified.
    #expect(try Self.gap(.permutation, .adamW(AdamWOptions())) < 1e-6)
  }

  @Test func `an entry changed if it moved by more than a share of its size`() {
    let moved = Displacement(
      start: Matrix(rows: 1, columns: 5, values: [1, 1, -2, 0, 0]),
      update: Matrix(rows: 1, columns: 5, values: [0.09, 0.2, -0.1, 0.001, 0]))
    func changed(_ tolerance: Double) -> [Bool] {
      (0..<5).map { place in
        var flags = [Bool](repeating: false, count: 5)
        flags[place] = true
        return moved.changed(beyond: tolerance).shared(with: EntryMask(flags)) == 1
      }
    }
    #expect(changed(0.1) == [false, true, false, true, false])
    #expect(changed(0.05) == [true, true, false, true, false])
    #expect(changed(0.01) == [true, true, true, true, false])
  }

  @Test func `of weights in bfloat16 a thousandth finds those of which a bit changed`() {
    var generator = SplitMix64(seed: 8)
    func stored(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        values: matrix.values.map { value in
          // Ties are not met: the upper sixteen bits, rounded.
          Double(Float(bitPattern: (Float(value).bitPattern &+ 0x8000) & 0xFFFF_0000))
        })
    }
    let plain = generator.gaussianMatrix(rows: 40, columns: 50)
    let (start, end) = (
      stored(plain), stored(plain + 0.003 * generator.gaussianMatrix(rows: 40, columns: 50))
    )
    let differing = zip(start.values, end.values).map { $0 != $1 }
    let found = Displacement(start: start, update: end - start).changed(beyond: 1e-3)
    #expect(found == EntryMask(differing))
    #expect((100..<1900).contains(found.count))
  }
}
