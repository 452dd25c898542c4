/// Equally long runs of elements of a tensor, equally far apart in row-major order: rows, or a part of each.
package struct ElementLines: Sendable {
  /// The position of the first element.
  let first: Int
  /// How many runs.
  let count: Int
  /// The elements of a run.
  let length: Int
  /// From the beginning of one run to that of the next.
  let pitch: Int

  package init(first: Int, count: Int, length: Int, pitch: Int) {
    self.first = first
    self.count = count
    self.length = length
    self.pitch = pitch
  }

  /// One run; as many as fit if the tensor is stored across its rows and these elements are whole rows.
  init(_ elements: Range<Int>, of tensor: TensorDescription) {
    let pitch = tensor.layout.acrossRows?.pitch ?? 1
    if pitch > 1, elements.lowerBound % pitch == 0, elements.count % pitch == 0 {
      self.init(
        first: elements.lowerBound, count: elements.count / pitch, length: pitch, pitch: pitch)
    } else {
      self.init(first: elements.lowerBound, count: 1, length: elements.count, pitch: 0)
    }
  }

  /// Whether each run begins where the one before it ends.
  var areJoined: Bool { count == 1 || length == pitch }

  /// One after the position of the last element.
  var end: Int { count == 0 ? first : first + (count - 1) * pitch + length }
}
