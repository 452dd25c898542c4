/// One saved state of a run; its files are opened by ``AdapterFolder`` or ``ModelFolder``.
public struct Checkpoint: Sendable, Equatable {
  public enum Contents: String, Sendable {
    case adapter
    case model
  }

  /// Optimiser steps done.
  public let step: Int
  /// The folder that holds the weights, or a single safetensors file.
  public let path: String
  public let contents: Contents

  public init(step: Int, path: String, contents: Contents) {
    self.step = step
    self.path = path
    self.contents = contents
  }
}
