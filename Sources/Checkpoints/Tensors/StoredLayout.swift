/// The order in which the elements of a tensor are stored: for each axis, how far apart its neighbours lie.
///
///     a row-major tensor                no axes at all
///     [in, out], stored as [out, in]    (in, 1), (out, in)
///     rows whose two halves alternate   (heads, 2·half·in), (2, in), (half, 2·in), (in, 1)
///
/// Axes subdivide the row-major order of the elements, not necessarily along the tensor's dimensions.
struct StoredLayout: Sendable, Equatable {
  struct Axis: Sendable, Equatable {
    /// How many places.
    let count: Int
    /// From one place to the next, in elements.
    let stride: Int
  }

  static let rowMajor = StoredLayout([])

  /// Slowest first. None has one place only, and no two could be one; empty for row-major order.
  let axes: [Axis]

  init(_ axes: [Axis]) {
    var kept: [Axis] = []
    for axis in axes where axis.count != 1 {
      if let last = kept.last,
        axis.stride.multipliedReportingOverflow(by: axis.count) == (last.stride, false)
      {
        kept[kept.count - 1] = Axis(count: last.count * axis.count, stride: axis.stride)
      } else {
        kept.append(axis)
      }
    }
    self.axes = kept.count == 1 && kept[0].stride == 1 ? [] : kept
  }

  /// The place of an element, given its position in row-major order.
  func place(of position: Int) -> Int {
    if axes.isEmpty { return position }
    var (rest, place) = (position, 0)
    for axis in axes.reversed() {
      place += rest % axis.count * axis.stride
      rest /= axis.count
    }
    return place
  }

  /// How many elements that follow each other are also stored one after another, from a multiple of this number on.
  var run: Int {
    guard let last = axes.last else { return .max }
    return last.stride == 1 ? last.count : 1
  }

  /// The axis along which elements are stored one after another, if it is not the last: how many places it has, and how
  /// far apart two of them are in row-major order.
  var acrossRows: (count: Int, pitch: Int)? {
    guard run == 1, let index = axes.firstIndex(where: { $0.stride == 1 }) else { return nil }
    return (axes[index].count, axes[(index + 1)...].reduce(1) { $0 * $1.count })
  }
}
