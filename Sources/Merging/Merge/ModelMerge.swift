package import Checkpoints
import Documents
import LinearAlgebra
import Updates

/// Merges an adapter into its base: writes the base's files with the weights changed. Memory holds a panel of each weight
/// in work, and ΔW where it is no product of thin factors.
package struct ModelMerge: Sendable {
  private let plan: MergePlan
  private let rounding: MergeRounding

  package init(_ plan: MergePlan, rounding: MergeRounding) {
    self.plan = plan
    self.rounding = rounding
  }

  /// Writes the files of the merged checkpoint.
  /// - Parameters:
  ///   - work: Whose files become the checkpoint when it is published. Parts that it holds, and whose bytes are still what was written, are not done
  ///     again.
  ///   - jobs: How many weights are worked on at once.
  ///   - card: What `README.md` says, made from the result.
  /// - Throws: `OutputError`; what reading throws; `CancellationError`.
  package func write(
    into work: PartialWork, jobs: Int, card: @Sendable (MergeSummary) -> String
  ) async throws -> MergeSummary {
    let side = try SideFiles(of: plan.base, type: plan.type)
    var shards: [String: SafetensorsShard] = [:]
    for shard in plan.shards {
      let file = try SafetensorsShard(
        path: "\(work.files)/\(shard.name)", tensors: shard.tensors,
        metadata: plan.base.weights.metadata.isEmpty
          ? ["format": "pt"] : plan.base.weights.metadata, mayExist: true)
      for tensor in shard.tensors { shards[tensor.name] = file }
    }
    let writer = TensorWriter(plan: plan, rounding: rounding, shards: shards, work: work)
    let order = plan.units.indices.sorted {
      plan.units[$0].entryCount > plan.units[$1].entryCount
    }
    let weights = try await ParallelMap.map(order, jobs: jobs) { try writer.merge(unit: $0) }
    _ = try await ParallelMap.map(writer.untouched, jobs: jobs) { try writer.copy($0) }
    if plan.shards.count > 1 { try work.write(Array(plan.index.utf8), to: MergePlan.indexName) }
    for file in side.files { try work.write(file.bytes(), to: file.name) }
    let summary = plan.summary(of: weights, rounding: rounding)
    try work.write(Array(card(summary).utf8), to: "README.md")
    return summary
  }
}

extension MergePlan {
  static let indexName = "model.safetensors.index.json"

  /// Which file holds which tensor.
  fileprivate var index: String {
    let members = shards.flatMap { shard in
      shard.tensors.map { JSONValue.Member(key: $0.name, value: .string(shard.name)) }
    }
    return JSONValue.object([
      JSONValue.Member(
        key: "metadata", value: .object([.init(key: "total_size", value: .integer(byteCount))])),
      JSONValue.Member(
        key: "weight_map", value: .object(members.sorted { $0.key < $1.key })),
    ]).page
  }

  private var byteCount: Int { shards.flatMap(\.tensors).reduce(0) { $0 + $1.byteCount } }

  fileprivate func summary(
    of weights: [MergeSummary.Weight], rounding: MergeRounding
  ) -> MergeSummary {
    MergeSummary(
      base: base.path, adapter: adapterPath, title: title, rounding: rounding.words,
      type: (type ?? units[0].base.storageType).rawValue,
      weights: weights.sorted { $0.name < $1.name }, tensors: shards.flatMap(\.tensors).count,
      bytes: byteCount, findings: findings)
  }
}
