/// Hands out items in order, one at a time, to workers that run side by side.
actor HandoutQueue<Item: Sendable> {
  private var rest: ArraySlice<Item>

  init(_ items: some Sequence<Item>) { rest = Array(items)[...] }

  func next() -> Item? { rest.popFirst() }
}
