import Adapters
import Documents
import Testing

@Suite("File of a configuration") struct ConfigurationFileTests {
  private func read(_ text: String, type: String = "LORA") throws -> AdapterConfiguration {
    try AdapterConfiguration(JSONValue(parsing: Array(text.utf8)), peftType: type)
  }

  @Test func `what is left out has PEFT's default`() throws {
    let configuration = try read("{}")
    #expect(configuration == AdapterConfiguration(peftType: "LORA"))
    #expect(configuration.rank == 8 && configuration.alpha == 8)
    #expect(try read("{}", type: "VERA").rank == 256)
    #expect(try read("{}", type: "MISS").rank == 64)
  }

  @Test func `patterns keep their order`() throws {
    let configuration = try read(
      #"{"rank_pattern": {"z": 1, "a": 2}, "alpha_pattern": {"q": 0.5}}"#)
    #expect(configuration.rankPattern.entries.map(\.pattern) == ["z", "a"])
    #expect(configuration.alphaPattern.entries.map(\.value) == [0.5])
  }

  @Test(arguments: [
    ("true", Initialization.standard), ("false", .random), (#""pissa""#, .pissa),
    (#""pissa_niter_16""#, .pissaIterated(16)), (#""milora_plus""#, .other("milora_plus")),
  ])
  func `the initialisation is a switch or a name`(
    text: String, expected: Initialization
  ) throws {
    #expect(try read(#"{"init_lora_weights": \#(text)}"#).initialization == expected)
  }

  @Test func `targets are names, an expression, or every linear layer`() throws {
    #expect(try read(#"{"target_modules": ["q", "k"]}"#).targetModules == .names(["q", "k"]))
    #expect(try read(#"{"target_modules": ".*q"}"#).targetModules == .expression(".*q"))
    #expect(try read(#"{"target_modules": "all-linear"}"#).targetModules == nil)
  }

  @Test func `the pattern of AdaLoRA says which triplets are left`() throws {
    let configuration = try read(
      #"{"init_r": 3, "rank_pattern": {"m.lora_E": [true, false, true]}}"#, type: "ADALORA")
    #expect(configuration.adaLoRA.initialRank == 3)
    #expect(configuration.adaLoRA.rankPattern == ["m.lora_E": [true, false, true]])
  }

  @Test func `variants that are switched on are noted`() throws {
    let configuration = try read(
      #"{"use_qalora": true, "use_bdlora": null, "arrow_config": {"top_k": 1}}"#)
    #expect(configuration.unsupportedVariants == ["use_qalora", "arrow_config"])
    #expect(configuration.blockDiagonal == nil)
    #expect(try read(#"{"r": 2}"#, type: "UNILORA").unsupportedVariants == ["save_indices=False"])
    #expect(try read(#"{"save_indices": true}"#, type: "UNILORA").unsupportedVariants == [])
    let tiny = try read(#"{"save_projection": false}"#, type: "TINYLORA")
    #expect(tiny.unsupportedVariants == ["save_projection=False"])
  }

  @Test func `options of a method are read under its own names and defaults`() throws {
    #expect(try read("{}", type: "RANDLORA").alpha == 640)
    #expect(try read(#"{"randlora_alpha": 3}"#, type: "RANDLORA").alpha == 3)
    #expect(try read(#"{"alpha": 5}"#, type: "GRALORA").alpha == 5)
    #expect(try read(#"{"r": 6}"#, type: "SUPERTUNING").alpha == 12)
    let spectrum = try read(
      #"{"scaling": 2, "random_loc_seed": -1, "wavelet_family": "sym2", "use_idwt": false}"#,
      type: "WAVEFT"
    ).spectrum
    #expect(spectrum.scaling == 2 && spectrum.seed == .max && spectrum.wavelet == "sym2")
    #expect(!spectrum.isTransformed)
    let blocks = try read(
      #"{"use_bdlora": {"nblocks": 2, "target_modules_bd_a": ["o"], "target_modules_bd_b": null}}"#)
    #expect(blocks.blockDiagonal?.count == 2 && blocks.blockDiagonal?.inputTargets == ["o"])
    let experts = try read(#"{"adapters": {"a": "path/a"}}"#, type: "XLORA").experts
    #expect(experts == ["a": "path/a"])
  }

  @Test func `LN tuning may save one module by its name`() throws {
    let configuration = try read(#"{"modules_to_save": "classifier"}"#, type: "LN_TUNING")
    #expect(configuration.modulesToSave == ["classifier"])
    #expect(try read(#"{"modules_to_save": ["a", "b"]}"#).modulesToSave == ["a", "b"])
  }

  @Test(arguments: [
    (#"{"r": "8"}"#, "r", "a non-negative integer", "a string"),
    (#"{"r": -1}"#, "r", "a non-negative integer", "a number"),
    (#"{"lora_alpha": [1]}"#, "lora_alpha", "a finite number", "an array"),
    (#"{"use_rslora": 1}"#, "use_rslora", "a boolean", "a number"),
    (#"{"init_lora_weights": 3}"#, "init_lora_weights", "a boolean or a name", "a number"),
    (#"{"rank_pattern": {"q": 1.5}}"#, "rank_pattern.q", "an integer", "a number"),
    (#"{"rank_pattern": [1]}"#, "rank_pattern", "an object", "an array"),
    (#"{"target_modules": [1]}"#, "target_modules", "an array of strings", "an array"),
    (
      #"{"layer_replication": [[2, 1]]}"#, "layer_replication", "an array of pairs of integers",
      "an array"
    ),
    (
      #"{"layer_replication": [[0, 1000000000000]]}"#, "layer_replication",
      "an array of pairs of integers", "an array"
    ),
    (
      #"{"trainable_token_indices": 3}"#, "trainable_token_indices",
      "an array or an object of row numbers", "a number"
    ),
  ])
  func `a field of another type is refused`(
    text: String, key: String, expected: String, found: String
  ) {
    let error = AdapterError.field(key: key, expected: expected, found: found)
    #expect(throws: error) { try read(text) }
    #expect(error.description == "'\(key)' is \(found), expected \(expected)")
  }

  /// Every method that PEFT has, with options that none of them has by default.
  private static let written: [(String, String?)] =
    AdapterRegistry.trainable.filter { $0.key != "full" }.map { ($0.key, nil) } + [
      ("lora", "pissa"), ("rslora", "milora"), ("dora", "olora"),
    ]

  @Test(arguments: written)
  func `what was written is read back`(key: String, start: String?) throws {
    let modules = ["m0", "m1"].map { name in
      AdaptedModule(
        name: name, shape: MatrixShape(rows: 12, columns: 12), hasBias: false,
        isFeedForwardOutput: name == "m1")
    }
    let schedule = try AdaLoRASchedule(targetRank: 1, finalSteps: 1, totalSteps: 3)
    let options = AdapterOptions(
      rank: 3, alpha: 5.5, dropout: 0.1, projectionSeed: 7, budget: schedule)
    let made = try AdapterChoice(parsing: key, start: start).adapters(
      for: modules, options: options)
    var configuration = try #require(
      type(of: made.adapters[0]).configuration(options: made.options, modules: modules))
    configuration.baseModel = "base"
    if configuration.peftType == "ADALORA" {
      configuration.adaLoRA.rankPattern = ["m0.lora_E": [true, false, true]]
    }
    let fields = configuration.fields(options: made.options)
    #expect(fields["peft_type"] == .string(configuration.peftType))
    let text = JSONValue.table(fields).page
    var found = try read(text, type: configuration.peftType)
    // Only what was read has a file.
    found.document = configuration.document
    #expect(found == configuration)
  }
}
