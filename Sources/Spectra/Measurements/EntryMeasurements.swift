import LinearAlgebra

/// What an update does to the stored entries of a weight: sums and counts from one pass over both.
package struct EntryMeasurements: Sendable {
  /// Σ (round(w + d) − w) d, rounding to the base's storage type.
  package internal(set) var survivingEnergy = 0.0
  /// Σ d².
  package internal(set) var energy = 0.0
  /// How many entries change in bfloat16, and how many entries there are.
  package internal(set) var changed = 0
  package internal(set) var count = 0
  /// Of the changed entries, those in the principal and in the low-magnitude mask.
  package internal(set) var changedPrincipal = 0
  package internal(set) var changedLowMagnitude = 0

  /// Measures an update against its base, panel by panel.
  /// - Parameter topCount: K, the rank of the principal mask.
  /// - Complexity: O(count · K); memory a few panels.
  init(
    _ form: UpdateForm, of reference: some ReferenceWeight, topCount: Int
  ) throws {
    let (base, geometry) = (reference.panels, try reference.geometry(for: form.need))
    let masks =
      try geometry.masks
      ?? MaskBounds(
        of: base, head: geometry.basis.head(geometry.shape.principalCount(topCount)))
    let head = geometry.basis.head(masks.rank)
    var before = [Double]()
    var change = [Double]()
    for range in geometry.shape.panels {
      try base.read(range, into: &before)
      try form.panels.read(range, into: &change, base: before)
      var after = before
      after.add(change)
      let principal = MaskBounds.reconstruction(
        before, range.count, shape: geometry.shape, head: head)
      countChanges(before, after, principal, masks)
      reference.round(&after)
      addSurvival(before, after, change)
    }
  }

  private mutating func countChanges(
    _ before: [Double], _ after: [Double], _ principal: [Double], _ masks: MaskBounds
  ) {
    let low = masks.lowMagnitude
    let high = masks.principal
    let counts = unsafe withEqualCounts(before, after, principal) { before, after, principal in
      var (total, inPrincipal, inLow) = (0, 0, 0)
      for index in before.indices {
        let differs = unsafe BFloat16.bits(before[index]) != BFloat16.bits(after[index]) ? 1 : 0
        total &+= differs
        inPrincipal &+= unsafe principal[index].magnitude >= high ? differs : 0
        inLow &+= unsafe before[index].magnitude <= low ? differs : 0
      }
      return (total, inPrincipal, inLow)
    }
    changed += counts.0
    changedPrincipal += counts.1
    changedLowMagnitude += counts.2
    count += before.count
  }

  private mutating func addSurvival(_ before: [Double], _ rounded: [Double], _ change: [Double]) {
    let sums = unsafe withEqualCounts(before, rounded, change) { before, rounded, change in
      var (surviving, total) = (0.0, 0.0)
      for index in before.indices {
        unsafe surviving += (rounded[index] - before[index]) * change[index]
        unsafe total += change[index] * change[index]
      }
      return (surviving, total)
    }
    survivingEnergy += sums.0
    energy += sums.1
  }
}

/// The sixteen-bit brain floating point type: the upper half of a Float32.
enum BFloat16 {
  /// The bits of the nearest bfloat16, ties to even, through Float32 as PyTorch rounds.
  static func bits(_ value: Double) -> UInt32 {
    let bits = Float(value).bitPattern
    return (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16
  }
}
