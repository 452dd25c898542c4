/// An error that is caused by bad input: a file, an option, or a number in one of them.
///
/// The program ends with exit code 65 for these errors and with 74 for an ``OutputError``. It reports any other error
/// as its own fault, except cancellation and errors of the command line.
public protocol BadInput: Error, CustomStringConvertible {}
