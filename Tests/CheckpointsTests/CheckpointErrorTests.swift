import Checkpoints
import Documents
import Testing

@Suite("Error messages") struct CheckpointErrorTests {
  /// One error of each case, with its expected description.
  static let lines: [(CheckpointError, String)] = [
    (.notFound(path: "p"), "'p' does not exist: check the path"),
    (.isFolder(path: "p"), "'p' is a folder, expected a file: give the file inside it"),
    (
      .unreadable(path: "p", reason: "permission denied"),
      "'p' cannot be read (permission denied): check what it is and its permissions"
    ),
    (.nameNotUTF8(path: "p"), "'p' has a name that is not UTF-8: rename it"),
    (
      .changedWhileReading(file: "p"),
      "'p' was rewritten while it was being read: run again when the save has finished"
    ),
    (
      .invalidJSON(file: "p", offset: 3, fault: .unexpectedByte(0)),
      "'p': not valid JSON at byte 3: unexpected NUL byte; save the file again"
    ),
    (
      .unexpectedValue(file: "p", key: "k", expected: "a string", found: "null"),
      "'p': 'k' is null, expected a string: correct the file"
    ),
    (
      .fileTooShort(file: "p", bytes: 0),
      "'p': the file holds 0 bytes, too few for a safetensors header; the file is truncated: "
        + "copy or save it again"
    ),
    (
      .emptyHeader(file: "p"),
      "'p': the header is empty (0 bytes); this is not a safetensors file: save it again"
    ),
    (
      .headerTooLarge(file: "p", declared: 7, limit: 5),
      "'p': the header says 7 bytes, the format allows 5; this is not a safetensors file, or it is "
        + "damaged: copy or save it again"
    ),
    (
      .textForWeights(file: "p/config.json"),
      "'p/config.json': this is a text file, not weights: give the folder of the model, or its file "
        + "with the weights"
    ),
    (
      .archiveForWeights(file: "p.zip"),
      "'p.zip': this is an archive, not weights: unpack it and give the folder that was in it"
    ),
    (
      .isRun(path: "r", checkpoint: "r/checkpoint-2", base: nil),
      "'r' is a run, not a model: give one of its checkpoints with --base, such as 'r/checkpoint-2'"
    ),
    (
      .isRun(path: "r", checkpoint: nil, base: "b"),
      "'r' is a run that trained an adapter of base 'b', not a model: give its base with --base, or the "
        + "base with a checkpoint merged into it"
    ),
    (
      .pointerForWeights(file: "p"),
      "'p': this is a pointer of Git LFS, not the weights: fetch them with 'git lfs pull'"
    ),
    (
      .headerTruncated(file: "x.safetensors", declared: 912, available: 40),
      "'x.safetensors': the header says 912 bytes but the file holds 40; the file is truncated: "
        + "copy or save it again"
    ),
    (
      .headerNotAnObject(file: "p", found: 0x80),
      "'p': the header begins with byte 0x80, expected '{'; this is not a safetensors file, or it "
        + "is damaged: save it again"
    ),
    (
      .headerPaddedWithNUL(file: "p", offset: 9),
      "'p': NUL bytes follow the header at byte 9 where spaces belong: save it again with the "
        + "safetensors library"
    ),
    (
      .malformedEntry(file: "p", tensor: "t", field: "dtype", expected: "a string"),
      "'p': 'dtype' of tensor 't' is missing or malformed, expected a string: save the file again"
    ),
    (
      .malformedMetadata(file: "p", key: "n", found: "a number"),
      "'p': 'n' of the metadata is a number, expected a string: save the file again"
    ),
    (
      .unknownDataType(file: "p", tensor: "t", name: "bf17"),
      "'p': tensor 't' has the unknown data type 'bf17'; the nearest is 'BF16': "
        + "convert it to BF16 or F32"
    ),
    (
      .shapeOverflow(file: "p", tensor: "t", shape: [1, 2]),
      "'p': tensor 't' has shape 1×2, too large to count; the header is damaged: save the file again"
    ),
    (
      .partialByte(file: "p", tensor: "t", dataType: .float4, shape: [3]),
      "'p': tensor 't' of shape 3 in F4 does not fill whole bytes: save the file again"
    ),
    (
      .sizeMismatch(
        file: "p", tensor: "t", dataType: .float32, shape: [], expected: 4, found: 2),
      "'p': tensor 't' of shape scalar in F32 needs 4 bytes, its offsets hold 2: save the file again"
    ),
    (
      .reversedOffsets(file: "p", tensor: "t", begin: 4, end: 2),
      "'p': tensor 't' ends at byte 2, before its begin at 4: save the file again"
    ),
    (
      .overlappingTensors(file: "p", tensor: "t", begin: 2, previousEnd: 4),
      "'p': tensor 't' begins at byte 2, inside the one that ends at 4: save the file again"
    ),
    (
      .gapBeforeTensor(file: "p", tensor: "t", begin: 6, previousEnd: 4),
      "'p': tensor 't' begins at byte 6, expected 4 where the previous one ends: save the file again"
    ),
    (
      .dataTruncated(file: "p", expected: 9, found: 4),
      "'p': the tensors need 9 bytes but the file holds 4; the file is truncated or still being "
        + "written: copy or save it again"
    ),
    (
      .trailingBytes(file: "p", expected: 4, found: 9),
      "'p': the tensors need 4 bytes but the file holds 9; bytes that belong to no tensor follow: "
        + "save it again"
    ),
    (
      .damaged(file: "p", format: "GGUF", fault: "it ends at byte 9, inside the version"),
      "'p': not a whole GGUF file: it ends at byte 9, inside the version: copy or save it again"
    ),
    (
      .notRead(file: "p", found: "GGUF of version 1 is not read", remedy: "convert it again"),
      "'p': GGUF of version 1 is not read: convert it again"
    ),
    (
      .foreignObject(file: "p", name: "argparse.Namespace"),
      "'p': holds an object of argparse.Namespace, which is no tensor; nothing in a pickle is run: if "
        + "you trust the file, save its tensors with python -c \"import torch; from safetensors.torch "
        + "import save_file; d = torch.load('FILE', map_location='cpu', weights_only=False); "
        + "d = d.state_dict() if hasattr(d, 'state_dict') else d; "
        + "d = next((d[k] for k in ('state_dict', 'model', 'module') if k in d), d); "
        + "save_file({k: v.detach().clone().contiguous() for k, v in d.items() if torch.is_tensor(v)}, "
        + "'OUT.safetensors')\""
    ),
    (
      .noNamedTensors(file: "p", found: "a list"),
      "'p': holds a list and no tensors by name: save a dictionary of tensors, such as model.state_dict()"
    ),
    (
      .severalTensorMaps(file: "p", keys: ["model", "ema"]),
      "'p': tensors are in 'model' and 'ema': save the one that is meant with python -c \"import torch; "
        + "from safetensors.torch import save_file; d = torch.load('FILE', map_location='cpu')['model']; "
        + "save_file({k: v.detach().clone().contiguous() for k, v in d.items() if torch.is_tensor(v)}, "
        + "'OUT.safetensors')\""
    ),
    (
      .numberedShardMissing(folder: "p", shard: "s"),
      "'p': the shard 's' is missing: download or copy it next to the others"
    ),
    (
      .shardNameNotBare(index: "p", shard: "../s"),
      "'p': the shard '../s' is not a plain file name; the index is not trusted: correct it"
    ),
    (
      .shardMissing(index: "p", shard: "s"),
      "'p': the shard 's' is missing: download or copy it next to the index"
    ),
    (
      .tensorMissingInShard(tensor: "t", shard: "s", nearest: "u"),
      "'s': tensor 't' of the index is not in this shard; the nearest is 'u': copy or save the "
        + "model again"
    ),
    (.tensorNotFound(name: "t", place: "p", nearest: nil), "'p': no tensor 't'"),
    (
      .notFinite(tensor: "t", file: "p"),
      "'p': tensor 't' holds NaN or infinity: copy or save the model again"
    ),
    (
      .notDecodable(tensor: "t", dataType: .complex64, file: "p"),
      "'p': tensor 't' of type C64 cannot be read as numbers: convert it to BF16 or F32"
    ),
    (
      .nothingReadable(path: "p", lookedFor: ["a", "b"]),
      "'p': nothing to read here; looked for a, b"
    ),
    (
      .configurationMissing(folder: "p", file: "config.json"),
      "'p': 'config.json' is missing beside the weights: copy it from where the weights are from"
    ),
    (
      .unreadableFormat(path: "p", format: .fsdpShards),
      "'p': FSDP shards are not read: convert with accelerate merge-weights "
        + "CHECKPOINT/pytorch_model_fsdp_0 OUT"
    ),
    (
      .quantized(path: "p", method: "gptq"),
      "'p': the weights are quantised (gptq) and not read: give the model from which it was "
        + "quantised, in BF16 or F32"
    ),
    (
      .scaleMismatch(tensor: "t", shape: [3, 5], block: [2, 2], scaleShape: [1, 1], file: "p"),
      "'p': tensor 't' of shape 3×5 in blocks of 2×2 has scales of shape 1×1: check "
        + "'weight_block_size' in config.json"
    ),
    (
      .quantizedTensor(tensor: "t", fault: "is missing", file: "p"),
      "'p': the quantised weight's tensor 't' is missing: copy the model again, or give it in BF16 or "
        + "F32"
    ),
    (
      .scaleMissing(tensor: "t", file: "p"),
      "'p': tensor 't' is stored in 8 bits and its scales are missing: copy or save the model again"
    ),
    (
      .ambiguousAdapterKeys(file: "p", first: "a", second: "b"),
      "'p': the keys 'a' and 'b' name one tensor: remove one of them"
    ),
    (
      .severalAdapters(path: "p", names: ["a", "b"]),
      "'p': several adapters are here (a, b): give the folder of one of them"
    ),
    (
      .noReadableCheckpoint(path: "p", count: 2, reason: "r"),
      "'p': none of 2 checkpoints can be read; the last: r"
    ),
    (
      .modelNotFound(name: "m", tried: ["a", "b"]),
      "model 'm' is not on this machine; tried a, b: download it first or give its folder"
    ),
  ]

  @Test(arguments: lines)
  func `an error says what, where and what to do`(error: CheckpointError, line: String) {
    #expect(error.description == line)
  }

  @Test(arguments: ForeignFormat.allCases)
  func `a format that is not read comes with its conversion`(format: ForeignFormat) {
    let line = CheckpointError.unreadableFormat(path: "p", format: format).description
    #expect(line.contains("not read"))
    #expect(line.contains("convert with "))
    #expect(!line.contains("\n"))
  }

  @Test(
    arguments: [
      ("q_prj", "q_proj"), ("lm_head.weigth", "lm_head.weight"), ("zzzzzzzz", nil),
    ] as [(String, String?)])
  func `the nearest name is at most half wrong`(name: String, nearest: String?) {
    #expect(NearestName.of(name, in: ["q_proj", "k_proj", "lm_head.weight"]) == nearest)
  }

  @Test func `an edit is an insertion, a removal or a replacement`() {
    #expect(NearestName.editDistance(Array("kitten".utf8), Array("sitting".utf8)) == 3)
    #expect(NearestName.editDistance([], Array("abc".utf8)) == 3)
  }
}
