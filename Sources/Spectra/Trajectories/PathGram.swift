package import LinearAlgebra

/// The inner products of the updates of one matrix, exact in Float64.
///
/// Products of thin factors are not multiplied out: ⟨PQ, RS⟩ = ⟨PᵀR, QSᵀ⟩. All other updates are read side by side, a
/// stack of panels at a time.
package struct PathGram {
  /// The base weight, from which scalings and differences are made; nil if there is none.
  private let base: (any PanelSource)?
  private let shape: OrientedShape

  /// How many entries a stack of panels, one for each update, has at most; more if a vector of the short side of each
  /// is more.
  package static let stackLimit = 1 << 22

  /// - Parameters:
  ///   - shape: Of every update.
  ///   - base: The base weight; nil if there is none.
  package init(shape: OrientedShape, base: (any PanelSource)?) {
    self.shape = shape
    self.base = base
  }

  /// Gᵢⱼ = ⟨ΔWᵢ, ΔWⱼ⟩, with the updates of no more than two blocks in memory.
  /// - Parameters:
  ///   - blocks: Consecutive ranges that cover all updates.
  ///   - form: Makes an update; called once for each if there is one block, else once more for every block before.
  /// - Precondition: All updates have the shape, and their entries are finite.
  /// - Throws: What making and reading updates throws.
  /// - Complexity: O(T² r² (rows + columns)) for T products of r factors, else O(T² · rows · columns).
  package func matrix(
    of blocks: [Range<Int>], form: (Int) throws -> UpdateForm
  ) throws -> Matrix {
    let count = blocks.last?.upperBound ?? 0
    var gram = Matrix(rows: count, columns: count)
    for (number, block) in blocks.enumerated() {
      let forms = try block.map(form)
      gram.setSymmetric(try products(of: forms, with: nil), rows: block, columns: block)
      for later in blocks[(number + 1)...] {
        let others = try later.map(form)
        gram.setSymmetric(try products(of: forms, with: others), rows: block, columns: later)
      }
    }
    return gram
  }

  /// The products of some updates with others; nil stands for the same ones.
  private func products(of forms: [UpdateForm], with others: [UpdateForm]?) throws -> Matrix {
    guard (forms + (others ?? [])).allSatisfy(\.isProduct) else {
      return try streamedProducts(of: forms, with: others)
    }
    var result = Matrix(rows: forms.count, columns: (others ?? forms).count)
    for (row, form) in forms.enumerated() {
      for (column, other) in (others ?? forms).enumerated() where others != nil || row <= column {
        result[row, column] = form.product(with: other)
      }
    }
    return result
  }

  private func streamedProducts(
    of forms: [UpdateForm], with others: [UpdateForm]?
  ) throws -> Matrix {
    let height = forms.count + (others?.count ?? 0)
    var sum = CrossAccumulator(rows: forms.count, columns: (others ?? forms).count)
    var before = [Double]()
    for range in shape.panels(atMost: Self.stackLimit / max(height, 1)) {
      try base?.read(range, into: &before)
      let left = try stack(forms, range, before)
      // A stack has a row of entries for each update: it is a panel of a wide matrix.
      sum.add(
        left, .shortMajor, try others.map { try stack($0, range, before) } ?? left, .shortMajor,
        length: range.count * shape.short)
    }
    return sum.matrix()
  }

  private func stack(
    _ forms: [UpdateForm], _ range: Range<Int>, _ before: [Double]
  ) throws -> [Double] {
    let length = range.count * shape.short
    var stack = [Double]()
    stack.reserveCapacity(forms.count * length)
    var panel = [Double]()
    for form in forms {
      switch form.form {
      case .zero: panel = Array(repeating: 0, count: length)
      default:
        if base == nil {
          try form.panels.read(range, into: &panel)
        } else {
          try form.panels.read(range, into: &panel, base: before)
        }
      }
      stack += panel
    }
    return stack
  }
}

extension UpdateForm {
  /// Whether the update is zero or a product of factors.
  fileprivate var isProduct: Bool { if case .streamed = form { false } else { true } }

  /// ⟨P Q, R S⟩ of two products of factors; 0 if one of the updates is zero.
  /// - Precondition: Both are ``isProduct``.
  fileprivate func product(with other: UpdateForm) -> Double {
    guard case .factored(let long, let short) = form,
      case .factored(let otherLong, let otherShort) = other.form
    else { return 0 }
    return Matrix.product(long, .transposed, otherLong)
      .innerProduct(with: .product(short, .asStored, otherShort, .transposed))
  }
}

extension Matrix {
  /// Puts a block and its transpose at their places in a symmetric matrix.
  fileprivate mutating func setSymmetric(_ block: Matrix, rows: Range<Int>, columns: Range<Int>) {
    for (i, row) in rows.enumerated() {
      for (j, column) in columns.enumerated() where row <= column {
        self[row, column] = block[i, j]
        self[column, row] = block[i, j]
      }
    }
  }
}
