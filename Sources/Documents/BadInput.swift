/// Marks the errors that say that the input is not what it should be: a file, an option or a number in them.
///
/// The program ends with exit code 65 for them, and with 74 for an ``OutputError``. It takes every other error for a
/// fault of its own.
public protocol BadInput: Error, CustomStringConvertible {}
