/// An error that is caused by bad input: a file, an option, or a number in one of them.
///
/// The program ends with exit code 65 for these errors and with 74 for an ``OutputError``. It reports any other error
/// as its own fault, except cancellation and errors of the command line.
public protocol BadInput: Error, CustomStringConvertible {
  /// Whether it is a name that the program does not have, as it stood on the command line: wrong usage, with exit code 64.
  var isUnknownName: Bool { get }
}

extension BadInput {
  public var isUnknownName: Bool { false }
}
