/// The printable character that stands for each byte in a byte-level vocabulary.
///
/// **Source:** Radford et al., "Language models are unsupervised multitask learners", 2019, whose
/// code maps printable Latin-1 to itself and the other bytes to U+0100 upwards in their order.
struct ByteAlphabet: Sendable {
  private let bytes: [Unicode.Scalar: UInt8]

  init() {
    var bytes: [Unicode.Scalar: UInt8] = [:]
    var next: UInt16 = 0x100
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: bytes[Unicode.Scalar(byte)] = byte
      default:
        // Below U+0144, far from the surrogates, so that the scalar is always there.
        if let scalar = Unicode.Scalar(next) { bytes[scalar] = byte }
        next += 1
      }
    }
    self.bytes = bytes
  }

  /// The bytes a token of the vocabulary stands for; nil if a character is not of the alphabet.
  func bytes(of token: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
