import Adapters
import Checkpoints
import LinearAlgebra
import Updates

/// The merged weight as PEFT computes it, a few rows at a time.
struct MergedRows: Sendable {
  private let unit: MergeUnit
  private let arithmetic: MergeArithmetic
  private let operation: Operation

  private enum Operation {
    /// W + ΔW, where ΔW is exact but for the rounding to Float32.
    case sum(UpdateRows)
    /// W + ΔW, rounded once.
    case substitution(UpdateRows)
    case modulation(FusedProduct)
    case product(FusedProduct, scale: Float, divisor: Float, isRounded: Bool)
    case rowMagnitudes([Float], FusedProduct, scale: Float)
    /// The factors of the columns, which need the whole weight.
    case columnFactors([Float], FusedProduct, scale: Float)
    case scaling([Float], ofColumns: Bool)
    /// A weight that was saved whole.
    case replacement(StoredMatrix)
  }

  /// Nil if nothing can be computed in this way.
  /// - Parameters:
  ///   - unit: What is merged.
  ///   - update: Its ΔW.
  ///   - recipe: PEFT's operations, if they are known.
  ///   - arithmetic: Their types.
  /// - Throws: What reading the base throws.
  init?(
    _ unit: MergeUnit, update: UpdateRows, recipe: MergeRecipe?, in arithmetic: MergeArithmetic
  ) throws {
    self.unit = unit
    self.arithmetic = arithmetic
    if let saved = unit.saved {
      operation = .replacement(saved)
      return
    }
    let type: DataType? =
      switch arithmetic.factors {
      case .single, .roundedUpdate: nil
      case .ofBase, .ofBaseThroughout: arithmetic.loaded
      }
    switch recipe {
    case nil:
      if type != nil { return nil }
      operation = .sum(update)
    case .substitution:
      if arithmetic.factors != .single { return nil }
      operation = .substitution(update)
    case .modulation(let product):
      operation = .modulation(FusedProduct(product, in: type))
    case .product(let product):
      operation = .product(
        FusedProduct(product, in: type), scale: Float(product.scale),
        divisor: Float(product.divisor), isRounded: product.isRounded)
    case .magnitudes(let magnitudes, let product, let ofColumns):
      // In other types PyTorch sums the norms in another way.
      guard arithmetic.factors == .single else { return nil }
      let factors = FusedProduct(product, in: nil)
      let values = magnitudes.map { Float($0) }
      let scale = Float(product.scale)
      operation =
        ofColumns
        ? .columnFactors(
          try Self.columnFactors(values, unit.base, factors, scale, arithmetic.loaded), factors,
          scale: scale)
        : .rowMagnitudes(values, factors, scale: scale)
    case .scaling(let factors, let ofColumns):
      let rounded = type?.rounded(factors) ?? factors
      operation = .scaling(rounded.map { Float($0) }, ofColumns: ofColumns)
    }
  }

  /// The merged entries of some rows, in the type in which the base was loaded.
  /// - Parameters:
  ///   - range: Rows of the weight.
  ///   - start: The base's entries in them, as loaded.
  /// - Throws: What reading a weight that was saved whole throws.
  func values(_ range: Range<Int>, of start: [Double]) throws -> [Double] {
    let type = arithmetic.loaded
    switch operation {
    case .replacement(let saved): return type.rounded(try saved.values(rows: range))
    case .sum(let update):
      let change = try update.values(range, weight: start).map { Float($0) }
      return sum(start, rounded(change, if: arithmetic.factors == .roundedUpdate))
    case .substitution(let update):
      return type.rounded(zip(start, try update.values(range, weight: start)).map { $0 + $1 })
    case .modulation(let product):
      let factors = rounded(product.rows(range), if: true)
      let change = type.rounded(zip(start, factors).map { Double(Float($0) * $1) })
      return type.rounded(zip(start, change).map { $0 + $1 })
    case .product(let product, let scale, let divisor, let isRounded):
      var change = product.rows(range)
      change = rounded(change, if: arithmetic.factors == .ofBaseThroughout)
      for index in change.indices { change[index] *= scale }
      if divisor != 1 { for index in change.indices { change[index] /= divisor } }
      return sum(start, rounded(change, if: isRounded || arithmetic.factors != .single))
    case .rowMagnitudes(let magnitudes, let product, let scale):
      var sums = Self.directions(start, product.rows(range), scale)
      let width = product.columns
      for row in 0..<range.count {
        let line = row * width..<(row + 1) * width
        let factor = magnitudes[range.lowerBound + row] / Self.norm(sums[line])
        for index in line { sums[index] *= factor }
      }
      return type.rounded(sums.map { Double($0) })
    case .columnFactors(let factors, let product, let scale):
      let sums = Self.directions(start, product.rows(range), scale)
      return type.rounded(
        sums.indices.map { Double(factors[$0 % product.columns] * sums[$0]) })
    case .scaling(let factors, let ofColumns):
      let width = unit.base.columns
      // A convolution has one factor for each input, and a column for each position in its kernel.
      let repetitions = ofColumns ? max(1, width / max(factors.count, 1)) : 1
      return type.rounded(
        start.indices.map { index in
          let place = ofColumns ? index % width / repetitions : range.lowerBound + index / width
          return Double(Float(start[index]) * factors[place])
        })
    }
  }

  /// W + ΔW, in Float32 unless the base is wider.
  private func sum(_ start: [Double], _ change: [Float]) -> [Double] {
    if arithmetic.loaded == .float64 { return zip(start, change).map { $0 + Double($1) } }
    return arithmetic.loaded.rounded(zip(start, change).map { Double(Float($0) + $1) })
  }

  private func rounded(_ values: [Float], if isWanted: Bool) -> [Float] {
    guard isWanted else { return values }
    return arithmetic.loaded.rounded(values.map { Double($0) }).map { Float($0) }
  }

  private static func directions(
    _ start: [Double], _ product: [Float], _ scale: Float
  ) -> [Float] {
    start.indices.map { Float(start[$0]) + product[$0] * scale }
  }

  /// ‖v‖ as PyTorch computes it for the last dimension of a tensor: eight sums side by side, then one.
  private static func norm(_ values: ArraySlice<Float>) -> Float {
    var sums = SIMD8<Float>.zero
    var index = values.startIndex
    while index + 8 <= values.endIndex {
      let part = SIMD8<Float>(values[index..<index + 8])
      sums += part * part
      index += 8
    }
    var sum = sums[0]
    for lane in 1..<8 { sum += sums[lane] }
    for value in values[index...] { sum += value * value }
    return sum.squareRoot()
  }

  /// m / ‖v‖ for each column.
  private static func columnFactors(
    _ magnitudes: [Float], _ base: StoredMatrix, _ product: FusedProduct, _ scale: Float,
    _ type: DataType
  ) throws -> [Float] {
    var squares = [Float](repeating: 0, count: base.columns)
    for range in base.panels {
      let start = type.rounded(try base.values(rows: range))
      let sums = directions(start, product.rows(range), scale)
      for index in sums.indices { squares[index % base.columns] += sums[index] * sums[index] }
    }
    return zip(magnitudes, squares).map { $0 / $1.squareRoot() }
  }
}

extension FusedProduct {
  /// The product of a recipe, its factors rounded to a type.
  fileprivate init(_ product: MergedProduct, in type: DataType?) {
    let rounded = { (matrix: Matrix) in
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        values: type?.rounded(matrix.values) ?? matrix.values)
    }
    self.init(rounded(product.left), rounded(product.right))
  }
}
