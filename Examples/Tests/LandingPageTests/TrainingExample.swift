import Checkpoints
import Testing
import Training

@Suite("Example of Training") struct TrainingExampleTests {
  @Test func `a step of training is taken`() throws {
    let basePath = Fixture.path("../../notebooks-data/base-scratchpad")
    // example
    var settings = TrainingSettings.default
    settings.adapter = "lora"
    settings.prompts = 4
    settings.learningRate = 3e-3
    let model = try DecoderModel<Float>(reading: ModelFolder(path: basePath))
    let trainer = try RunSpecification(settings)
      .trainer(on: model, tokenizer: TokenizerReader.tokenizer(in: basePath))
    let record = try trainer.step()
    print("reward", record["reward"] ?? .nan)
    // end
    #expect(record.step == 1 && trainer.policy.updates.count == 14)
  }
}
