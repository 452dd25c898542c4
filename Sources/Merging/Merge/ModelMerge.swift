import Checkpoints
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

  /// Writes the merged checkpoint, which appears whole or not at all.
  /// - Parameters:
  ///   - path: A folder that does not exist, or an empty one.
  ///   - jobs: How many weights are worked on at once.
  ///   - card: What `README.md` says, made from the result.
  /// - Throws: `OutputError.exists` and others of writing; what reading throws; `CancellationError`.
  package func write(
    to path: String, jobs: Int, card: @Sendable (MergeSummary) -> String
  ) async throws -> MergeSummary {
    try AtomicFolder.checkAbsent(path)
    let side = try SideFiles(of: plan.base, type: plan.type)
    var summary: MergeSummary?
    try await AtomicFolder.write(to: path, replacing: .empty) { folder in
      var shards: [String: SafetensorsShard] = [:]
      for shard in plan.shards {
        let file = try SafetensorsShard(
          path: "\(folder.path)/\(shard.name)", tensors: shard.tensors,
          metadata: plan.base.weights.metadata.isEmpty
            ? ["format": "pt"] : plan.base.weights.metadata)
        for tensor in shard.tensors { shards[tensor.name] = file }
      }
      let writer = TensorWriter(plan: plan, rounding: rounding, shards: shards)
      let order = plan.units.indices.sorted {
        plan.units[$0].entryCount > plan.units[$1].entryCount
      }
      let weights = try await ParallelMap.map(order, jobs: jobs) { try writer.merge(unit: $0) }
      _ = try await ParallelMap.map(writer.untouched, jobs: jobs) { try writer.copy($0) }
      if plan.shards.count > 1 { try folder.write(plan.index, to: MergePlan.indexName) }
      for file in side.files { try folder.write(file.bytes(), to: file.name) }
      let finished = plan.summary(of: weights, rounding: rounding)
      try folder.write(card(finished), to: "README.md")
      summary = finished
    }
    guard let summary else { preconditionFailure("a folder that was written has a summary") }
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
      base: base.path, adapter: adapterPath, rounding: rounding.words,
      type: (type ?? units[0].base.storageType).rawValue,
      weights: weights.sorted { $0.name < $1.name }, tensors: shards.flatMap(\.tensors).count,
      bytes: byteCount, findings: findings)
  }
}
