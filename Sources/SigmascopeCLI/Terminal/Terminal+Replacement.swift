import Foundation
import Reports

extension Terminal {
  /// Says which report a new one replaces, before there is work to wait for: a stop then keeps the old one.
  static func announceReplacement(of folder: URL) {
    let command = ["sigmascope"] + CommandLine.arguments.dropFirst()
    if let note = EarlierReport(in: folder)?.note(replacedBy: command, in: folder) { say(note) }
  }
}
