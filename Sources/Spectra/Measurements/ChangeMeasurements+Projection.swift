extension ChangeMeasurements {
  /// The update's and the base's energy over bins of equal width of the base's singular index, and how the singular
  /// values of each bin changed.
  ///
  /// Each column sums to one. Empty for a base of zeros, or if only the base's leading directions are known. A
  /// matrix with fewer directions than bins gets one bin for each direction.
  func projection(bins: Int) -> [ProjectionBin] {
    guard knowsWholeBase, hasBaseDirections else { return [] }
    let count = shape.short
    let bins = min(bins, count)
    let right = energies.right.reduce(0, +)
    let left = energies.left.reduce(0, +)
    return (0..<bins).map { bin in
      let range = bin * count / bins..<(bin + 1) * count / bins
      let chance = Double(range.count) / Double(count)
      let size = base.values[range].reduce(0, +)
      return ProjectionBin(
        baseEnergy: base.values[range].reduce(0) { $0 + $1 * $1 } / base.energy,
        updateEnergyRight: right > 0 ? energies.right[range].reduce(0, +) / right : chance,
        updateEnergyLeft: left > 0 ? energies.left[range].reduce(0, +) / left : chance,
        nullEnergyRight: chance, nullEnergyLeft: chance,
        spectralChange: adapted.flatMap { ratio($0.values[range].reduce(0, +) - size, size) },
        firstOrderChange: ratio(alignedChanges[range].reduce(0, +), size))
    }
  }

  /// The nulls that are known in closed form.
  var closedFormNulls: [NullEstimate] {
    let right = headShareNull(.right)
    let left = headShareNull(.left)
    return [
      NullEstimate(
        metric: HeadShareRight.name, mean: right.mean,
        standardDeviation: right.standardDeviation, samples: nil),
      NullEstimate(
        metric: HeadShareLeft.name, mean: left.mean, standardDeviation: left.standardDeviation,
        samples: nil),
      // The tail is also a subspace of K directions, so it has the same null.
      NullEstimate(
        metric: TailShareRight.name, mean: right.mean,
        standardDeviation: right.standardDeviation, samples: nil),
      NullEstimate(
        metric: TailShareLeft.name, mean: left.mean, standardDeviation: left.standardDeviation,
        samples: nil),
    ] + (heads.map { [HeadConcentration.null(of: $0)] } ?? [])
  }
}
