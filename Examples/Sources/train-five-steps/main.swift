// Trains LoRA on a small base for five steps of reinforcement learning with verifiable rewards, in memory.
//
//   swift run -c release train-five-steps ../notebooks-data/base-scratchpad

import Checkpoints
import Foundation
import Training

guard CommandLine.arguments.count == 2 else {
  print("usage: train-five-steps BASE")
  exit(64)
}
let folder = CommandLine.arguments[1]

var settings = TrainingSettings.default
settings.adapter = "lora"
settings.task = "scratchpad"
settings.prompts = 8
settings.learningRate = 3e-3

let model = try DecoderModel<Float>(reading: ModelFolder(path: folder))
let trainer = try RunSpecification(settings)
  .trainer(on: model, tokenizer: TokenizerReader.tokenizer(in: folder))
for _ in 0..<5 {
  let record = try trainer.step()
  print(
    "step \(record.step)  reward \(record["reward"] ?? .nan)  entropy \(record["entropy"] ?? .nan)")
}
for update in trainer.policy.updates {
  print("\(update.module)  ‖ΔW‖ = \(update.update.frobeniusNorm())")
}
