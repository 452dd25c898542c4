/// A mapping from values to colours, with its bar.
struct ColorScale {
  private let scale: Scale
  private let isCentered: Bool

  /// - Parameter isCentered: Whether zero is in the middle and both sides are alike.
  init?(_ values: [Double], isLogarithmic: Bool, isCentered: Bool) {
    self.isCentered = isCentered
    if isCentered {
      guard !values.isEmpty else { return nil }
      let reach = max(values.map(\.magnitude).max() ?? 0, 3)
      scale = Scale(kind: .linear, lower: -reach, upper: reach)
    } else if isLogarithmic,
      let logarithmic = Scale(.logarithmic, over: values, decades: 6, padding: 0)
    {
      scale = logarithmic
    } else if let linear = Scale(.linear, over: values, padding: 0) {
      scale = linear
    } else {
      return nil
    }
  }

  func color(_ value: Double) -> String {
    isCentered ? Palette.diverging(scale.share(value)) : Palette.sequential(scale.share(value))
  }

  func drawBar(in picture: inout Picture, _ frame: Frame) {
    let steps = 48
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      let height = frame.height / Double(steps)
      picture.rectangle(
        Frame(
          x: frame.x, y: frame.bottom - Double(step + 1) * height, width: frame.width,
          height: height + 0.5), "",
        color: isCentered ? Palette.diverging(share) : Palette.sequential(share))
    }
    for tick in scale.ticks(5) {
      let y = frame.bottom - scale.share(tick.value) * frame.height
      picture.line(frame.right, y, frame.right + 4, y, "axis")
      picture.text(tick.label, frame.right + 7, y + 4, .start, "muted")
    }
  }
}
