/// One saved state of a run. ``AdapterFolder`` or ``ModelFolder`` opens its files.
public struct Checkpoint: Sendable, Equatable {
  public enum Contents: String, Sendable {
    case adapter
    case model
  }

  /// The number of optimiser steps taken.
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
