import ArgumentParser

/// The option of commands that act on a base as if a checkpoint had been trained on it.
struct OtherBaseArguments: ParsableArguments {
  @Flag(
    help: """
      Take a base that cannot be the one of training: it has not the contents that the run recorded, or the start of the \
      adapter lies far from it.
      """)
  var allowOtherBase = false
}
