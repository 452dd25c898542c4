import Foundation
import FuzzTargets

/// The target that the environment names, and its folder.
private let attacked: (target: any FuzzTarget.Type, folder: FuzzFolder) = {
  let environment = ProcessInfo.processInfo.environment
  guard let target = FuzzTargets.all.first(where: { $0.name == environment["FUZZ_TARGET"] }),
    let folder = try? FuzzFolder(in: environment["FUZZ_FOLDER"] ?? NSTemporaryDirectory())
  else {
    print("FUZZ_TARGET names no target, or FUZZ_FOLDER no folder")
    exit(64)
  }
  return (target, folder)
}()

/// Called by libFuzzer for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTargets.run(
    attacked.target, unsafe Array(UnsafeBufferPointer(start: bytes, count: count)),
    in: attacked.folder)
  return 0
}

/// libFuzzer's own main function, as a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// SwiftPM gives the main function of an executable this name.
@_cdecl("fuzz_main")
public func start(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var (count, arguments) = unsafe (count, arguments)
  return unsafe runDriver(&count, &arguments, testOneInput)
}
