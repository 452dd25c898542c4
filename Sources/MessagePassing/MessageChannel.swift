/// A way for processes of one work, its ranks, to send messages to each other. Rank 0 leads.
package protocol MessageChannel: Sendable {
  /// From 0.
  var rank: Int { get }
  /// How many ranks there are.
  var size: Int { get }
  /// Sets who takes the messages. Those that came before are kept for it. It is called on one thread, one message at a
  /// time, those of a sender in their order, and must not wait.
  func onMessage(_ handle: @escaping @Sendable (Message) -> Void)
  /// Sends a message, and does not wait until it has arrived.
  func send(_ bytes: [UInt8], to rank: Int)
}

/// A message that came.
package struct Message: Sendable {
  /// Who sent it.
  package let rank: Int
  package let bytes: [UInt8]

  package init(from rank: Int, _ bytes: [UInt8]) {
    self.rank = rank
    self.bytes = bytes
  }
}
