/// Command lines of this program as a shell takes them: that of this process in another form, or another one.
enum OwnCommand {
  /// The arguments of this process.
  static var arguments: [String] { Array(CommandLine.arguments.dropFirst()) }

  /// A command with `--resume`.
  static func resuming(_ arguments: [String] = arguments) -> String {
    text(of: arguments.resuming)
  }

  /// For all shards in place of one, with `--resume`.
  static var merging: String {
    var rest: [String] = []
    var isValue = false
    for argument in arguments {
      if !isValue, argument != "--shard", !argument.hasPrefix("--shard=") { rest.append(argument) }
      isValue = !isValue && argument == "--shard"
    }
    return text(of: rest.resuming)
  }

  /// A command with its arguments, quoted where it must be.
  static func text(of arguments: [String]) -> String {
    (["sigmascope"] + arguments).map { argument in
      argument.contains(where: { !$0.isLetter && !$0.isNumber && !"-_./=,:+@%".contains($0) })
        || argument.isEmpty
        ? "'\(argument.replacing("'", with: "'\\''"))'" : argument
    }.joined(separator: " ")
  }
}

extension [String] {
  fileprivate var resuming: [String] { contains("--resume") ? self : self + ["--resume"] }
}
