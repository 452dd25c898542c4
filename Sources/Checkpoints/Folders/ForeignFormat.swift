/// A format of weights that is recognised but not read, and how to convert it.
public enum ForeignFormat: Sendable, Equatable, CaseIterable {
  case fsdpShards
  case deepSpeedShards
  case distributedCheckpoint
  case verlShards

  /// Names the format and says that it is not read.
  var summary: String {
    switch self {
    case .fsdpShards: "FSDP shards are not read"
    case .deepSpeedShards: "DeepSpeed ZeRO shards are not read"
    case .distributedCheckpoint: "a distributed checkpoint (.distcp) is not read"
    case .verlShards: "verl's per-rank shards are not read"
    }
  }

  /// The command that converts to a readable file; upper-case words are placeholders.
  var conversion: String {
    switch self {
    case .fsdpShards: "convert with accelerate merge-weights CHECKPOINT/pytorch_model_fsdp_0 OUT"
    case .deepSpeedShards:
      "convert with python zero_to_fp32.py CHECKPOINT OUT --safe_serialization"
    case .distributedCheckpoint:
      "convert with python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER OUT.pt"
    case .verlShards:
      "convert with python -m verl.model_merger merge --backend fsdp --local_dir ACTOR "
        + "--target_dir OUT"
    }
  }
}
