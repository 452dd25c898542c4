// Reads a checkpoint and prints how large the weight update of each module is.
//
//   swift run -c release read-updates CHECKPOINT BASE

import Checkpoints
import Foundation
import LinearAlgebra
import Updates

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let path = arguments.first, let basePath = arguments.last else {
  print("usage: read-updates CHECKPOINT BASE")
  exit(64)
}

let base = try ModelFolder(path: basePath)
for run in try Discovery.runs(at: path) {
  guard let last = run.checkpoints.last else { continue }
  let updates = try CheckpointUpdates(of: last, in: run, base: base)
  print("\(run.name), \(updates.method)")
  for finding in updates.findings where finding.severity == .warning { print("! \(finding)") }
  for module in updates.modules {
    let update = try module.matrix()
    print("\(module.module)  \(update.rows)×\(update.columns)  ‖ΔW‖ = \(update.frobeniusNorm())")
  }
}
