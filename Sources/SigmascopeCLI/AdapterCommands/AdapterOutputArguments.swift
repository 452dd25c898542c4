import Adapters
import ArgumentParser
import Checkpoints
import Documents
import Experiments
import Foundation

/// The options of commands that write an adapter.
struct AdapterOutputArguments: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: "The folder of the new adapter, which must not exist; it appears whole or not at all.",
    completion: .directory)
  var out: String?

  @Option(
    help: """
      A folder for the whole report of 'analyze' on the update, which must not exist; it is made when the adapter is \
      written.
      """, completion: .directory)
  var report: String?

  @Flag(help: "Only say what would be kept and lost; write nothing.")
  var plan = false

  @Option(
    help: ArgumentHelp("The names: \(AdapterFormats.all.map { $0.name }.joined(separator: ", "))."),
    completion: .list(AdapterFormats.all.map { $0.name }))
  var format = "peft"

  @Option(
    help: """
      What names begin with in kohya and diffusers files. (default: lora_unet for kohya, transformer for \
      diffusers)
      """)
  var prefix: String?

  @Option(
    help: """
      The type of the numbers: float32, float16 or bfloat16. (default: float32; whole tensors keep theirs)
      """)
  var type: StorageTypeOption?

  @Option(help: "The largest rank of a module.")
  var maxRank: Int?

  @Flag(help: "Give all modules one rank, for programs that know no rank of their own.")
  var equalRanks = false

  @Option(help: "Keep only modules whose name matches this regular expression.")
  var modules: String?

  @Option(
    help: ArgumentHelp("How changed embeddings are kept: lora, whole or leave."),
    completion: .list(["lora", "whole", "leave"]))
  var embeddings = KeepingOption.whole

  @Option(
    help: "How changed norms and biases are kept: whole or leave.",
    completion: .list(["whole", "leave"]))
  var vectors = KeepingOption.whole

  @Option(
    help: """
      A text that base, tuned and new model read (Llama, Qwen2, Gemma 3), to say what is lost of each module's \
      output; prompts and answers, one JSON object a line, if its name ends in .jsonl.
      """, completion: .file())
  var text: String?

  @OptionGroup var otherBase: OtherBaseArguments

  @OptionGroup var jobs: JobsArguments

  @OptionGroup var continuation: ContinuationArguments

  @Flag(help: "Print JSON for scripts.")
  var json = false

  enum KeepingOption: String, ExpressibleByArgument, CaseIterable {
    case lora, whole, leave

    var keeping: ReductionOptions.Keeping {
      switch self {
      case .lora: .lora
      case .whole: .whole
      case .leave: .leave
      }
    }
  }

  func validate() throws {
    if plan == (out != nil) {
      throw ValidationError(
        plan ? "--plan writes nothing: leave out --out." : "Give a folder with --out, or --plan.")
    }
    if plan, continuation.resume {
      throw ValidationError("--plan writes nothing, so there is nothing to --resume.")
    }
    if let report {
      guard let out else {
        throw ValidationError("--plan writes nothing: leave out --report.")
      }
      let places = [out, report].map { URL(fileURLWithPath: $0).standardizedFileURL.path }
      if "\(places[0])/".hasPrefix("\(places[1])/") {
        throw ValidationError("--report needs a folder that does not hold that of --out.")
      }
    }
    let names = AdapterFormats.all.map { $0.name }
    if !names.contains(format) {
      throw ValidationError(
        "--format is one of \(names.joined(separator: ", ")), not '\(format)'.")
    }
    if prefix != nil, family.defaultPrefix == nil {
      throw ValidationError("--prefix is for --format kohya and diffusers.")
    }
    if let prefix, prefix.isEmpty || prefix.contains("/") {
      throw ValidationError("--prefix is the beginning of a name, such as lora_te.")
    }
    if let maxRank, maxRank < 1 { throw ValidationError("--max-rank must be at least 1.") }
    if vectors == .lora {
      throw ValidationError("--vectors is whole or leave: a vector has no LoRA.")
    }
    try ModuleOption.validate(modules)
  }

  private var family: any AdapterFormat.Type {
    AdapterFormats.all.first { $0.name == format } ?? PEFTFormat.self
  }

  /// What the command line asks for.
  func options(_ rank: RankOption) -> ReductionOptions {
    var options = ReductionOptions(rule: rank.rule)
    options.largestRank = maxRank
    options.hasEqualRanks = equalRanks
    options.embeddings = embeddings.keeping
    options.vectors = vectors.keeping
    options.type = type?.dataType
    options.selects = ModuleOption.selection(modules)
    return options
  }

  /// Carries out what was asked for and shows it.
  /// - Parameters:
  ///   - origin: What the adapter is made from, for its card.
  ///   - analysis: What `analyze` is asked for, to tell all of the update.
  func run(
    _ source: ReductionSource, _ options: ReductionOptions, origin: AdapterCard.Origin,
    analysis: [String]
  ) async throws {
    if let out {
      try PartialWork.checkAbsent(out)
      if !otherBase.allowOtherBase { try source.requireOwnBase() }
    }
    let report = try report.map {
      try AdapterReport(in: $0, of: analysis, jobs: jobs.jobs, isQuiet: json)
    }
    let reducer = try Reducer(source, options, text: text, jobs: jobs.count)
    guard let out else {
      try show(try await reducer.plan(), done: false)
      return
    }
    let work = try continuation.work(for: out, settings(options, source, origin) + analysis)
    let command = self
    let outcome = try await Interruption.cancelling {
      try await continuation.publishing(work) {
        let outcome = try await reducer.reduced(keeping: work)
        try command.write(outcome, into: work, origin: origin)
        return outcome
      }
    }
    try show(outcome.reduction, done: true)
    if !json { Terminal.show("adapter: \(URL(fileURLWithPath: out).path)") }
    try await report?.write()
  }

  private func write(
    _ outcome: Reducer.Outcome, into work: PartialWork, origin: AdapterCard.Origin
  ) throws {
    try outcome.write(
      into: work, format: family, prefix: prefix, type: type?.dataType,
      card: AdapterCard(
        origin: origin, reduction: outcome.reduction, adapter: outcome.adapter,
        type: type?.rawValue ?? "float32", format: format
      ).text)
  }

  /// All that factors depend on, beside the names of their sources: names of files may still be chosen anew.
  private func settings(
    _ options: ReductionOptions, _ source: ReductionSource, _ origin: AdapterCard.Origin
  ) -> [String?] {
    [
      origin.command, source.stamp, source.baseName, origin.rank, "\(options.keepsFactors)",
      type?.rawValue, maxRank.map { "\($0)" }, "\(equalRanks)", modules,
      embeddings.rawValue, vectors.rawValue, text.map { FileStamp.all(of: [$0]) },
    ]
  }

  private func show(_ reduction: Reduction, done: Bool) throws {
    if json { return try Terminal.showJSON(reduction) }
    for warning in reduction.warnings { Terminal.say("note: \(warning)") }
    for line in ReductionTable(reduction).lines { Terminal.show(line) }
    for line in ReductionTable.summary(of: reduction, done: done) { Terminal.show(line) }
  }
}
