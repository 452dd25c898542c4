public import LinearAlgebra

/// The tensors of a decoder, or their gradients: one view for each slot of its layout.
///
/// Gradients that nobody wants are absent, and are then not computed.
public struct TensorSet<Element: DenseScalar> {
  public private(set) var views: [MatrixView<Element>?]

  /// Zeros in one storage, for the slots that are included.
  public init(_ layout: DecoderLayout, including: (Int) -> Bool = { _ in true }) {
    let wanted = layout.slots.indices.filter(including)
    let storage = Storage<Element>(
      count: wanted.reduce(0) { $0 + layout.slots[$1].rows * layout.slots[$1].columns })
    views = Array(repeating: nil, count: layout.slots.count)
    var offset = 0
    for index in wanted {
      let slot = layout.slots[index]
      views[index] = storage.view(at: offset, rows: slot.rows, columns: slot.columns)
      offset += slot.rows * slot.columns
    }
  }

  /// The view of a slot; nil if it is absent.
  public func find(_ slot: Int) -> MatrixView<Element>? { views[slot] }

  /// The view of a slot that is known to be there.
  public subscript(slot: Int) -> MatrixView<Element> {
    guard let view = views[slot] else { preconditionFailure("slot \(slot) has no tensor here") }
    return view
  }

  /// The same tensors, but one.
  public func replacing(_ slot: Int, by view: MatrixView<Element>) -> TensorSet {
    var result = self
    result.views[slot] = view
    return result
  }

  /// All that are there.
  public var present: [MatrixView<Element>] { views.compactMap { $0 } }

  public func fill(_ value: Element) { for view in present { view.fill(value) } }
}
