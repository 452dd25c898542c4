/// Which matrix of which checkpoint a result is about: the first columns of metrics.csv.
public struct ModuleIdentity: Codable, Hashable, Sendable {
  /// The run's name, unique within one analysis.
  public var run: String
  /// How the run was trained: `lora`, `pissa`, `full`, ….
  public var method: String
  /// The seed of the run, where the run says it.
  public var seed: Int?
  /// The training step of the checkpoint.
  public var step: Int
  /// The name in the base model without `.weight`: `model.layers.3.mlp.down_proj`.
  public var module: String
  /// The number of the layer in `module`: 3; none for embeddings and heads.
  public var layer: Int?
  /// The last part of `module`: `down_proj`.
  public var kind: String
  /// Output features.
  public var rows: Int
  /// Input features; 1 for a vector.
  public var columns: Int

  public init(
    run: String, method: String, seed: Int?, step: Int, module: String, rows: Int, columns: Int
  ) {
    self.run = run
    self.method = method
    self.seed = seed
    self.step = step
    self.module = module
    self.rows = rows
    self.columns = columns
    let parts = module.split(separator: ".")
    layer = parts.lazy.compactMap { Int($0) }.first
    kind = parts.last { Int($0) == nil }.map(String.init) ?? module
  }
}
