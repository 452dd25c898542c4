#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Exchanges two names in one step, so that there is something under both at every moment.
enum NameExchange {
  /// Exchanges what is at two paths.
  /// - Returns: False if the system or the file system cannot do this; nothing is changed then.
  static func exchange(_ one: String, _ other: String) -> Bool {
    #if canImport(Darwin)
      return unsafe renamex_np(one, other, UInt32(RENAME_SWAP)) == 0
    #else
      // Looked up by its name: the headers show it only to GNU C, and not every C library has it.
      typealias Function =
        @convention(c) (
          Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
        ) -> Int32
      guard let symbol = unsafe dlsym(nil, "renameat2") else { return false }
      let renameat2 = unsafe unsafeBitCast(symbol, to: Function.self)
      let exchange: UInt32 = 2  // RENAME_EXCHANGE
      return unsafe renameat2(AT_FDCWD, one, AT_FDCWD, other, exchange) == 0
    #endif
  }
}
