import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Training

@Suite("Pretraining a family") struct FamilyPretrainingTests {
  private static let sizes = DecoderConfiguration(
    vocabularySize: 13, width: 16, layers: 2, heads: 2, feedForwardWidth: 24, ropeBase: 1000,
    maximumPositions: TinyRuns.positions)

  @Test(arguments: DecoderFamilyRegistry.all.map { $0.modelType })
  func `a small decoder of every family learns, and reads back as it was`(name: String) throws {
    let family = try #require(DecoderFamilyRegistry.find(name))
    let configuration = family.small(Self.sizes)
    var generator = SplitMix64(seed: 4)
    let model = DecoderModel<Float>(
      drawing: configuration, standardDeviation: 0.05, using: &generator)
    let policy = try Policy(
      base: model, choice: AdapterChoice(parsing: "full"), options: AdapterOptions(),
      targets: TargetModules(), seed: 1)
    let examiner = try TinyRuns.examiner()
    let trainer = Trainer(
      policy, examiner: examiner, options: TinyRuns.pretraining(prompts: 16),
      positions: TinyRuns.positions)
    var losses = [Double]()
    for _ in 0..<10 { losses.append(try #require(trainer.step()["loss"])) }
    #expect(losses[9] < losses[0])
    let folder = try RunFolder()
    let path = "\(folder.path)/model"
    let trained = DecoderModel(configuration: configuration, weights: policy.weights)
    try trained.write(to: path, tokenizer: examiner.tokenizer)
    let read = try DecoderModel<Float>(
      reading: ModelFolder(path: path, texts: ModelTexts(folder: path)))
    #expect(read.configuration == configuration)
    let texts = TokenizedTexts(try TinyRuns.sequences(6))
    #expect(read.logProbabilities(of: texts) == trained.logProbabilities(of: texts))
  }

  @Test func `a small Gemma has both kinds of layers, and a window that acts`() throws {
    let small = Gemma3Family.small(Self.sizes)
    #expect(small.layerHasWindow == [true, false])
    #expect(small.window == TinyRuns.positions / 2)
    #expect(try #require(small.localRopeBase) < small.ropeBase)
    #expect(small.tiesEmbeddings && small.embeddingScale == 4)
    #expect(LlamaFamily.small(Self.sizes) == Self.sizes)
  }
}
