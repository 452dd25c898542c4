import Documents

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let path): "'\(path)' does not exist: check the path"
    case .isFolder(let path): "'\(path)' is a folder, expected a file: give the file inside it"
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read (\(reason)): check what it is and its permissions"
    case .nameNotUTF8(let path): "'\(path)' has a name that is not UTF-8: rename it"
    case .changedWhileReading(let file):
      "'\(file)' was rewritten while it was being read: run again when the save has finished"
    case .invalidJSON(let file, let offset, let fault):
      "'\(file)': not valid JSON at byte \(offset): \(fault); save the file again"
    case .unexpectedValue(let file, let key, let expected, let found):
      "'\(file)': '\(key)' is \(found), expected \(expected): correct the file"
    case .fileTooShort(let file, let bytes):
      "'\(file)': the file holds \(bytes) bytes, too few for a safetensors header; the file is "
        + "truncated: copy or save it again"
    case .emptyHeader(let file):
      "'\(file)': the header is empty (0 bytes); this is not a safetensors file: save it again"
    case .headerTooLarge(let file, let declared, let limit):
      "'\(file)': the header says \(declared) bytes, the format allows \(limit); this is not a "
        + "safetensors file, or it is damaged: copy or save it again"
    case .textForWeights(let file):
      "'\(file)': this is a text file, not weights: give the folder of the model, or its file with the "
        + "weights"
    case .archiveForWeights(let file):
      "'\(file)': this is an archive, not weights: unpack it and give the folder that was in it"
    case .pointerForWeights(let file):
      "'\(file)': this is a pointer of Git LFS, not the weights: fetch them with 'git lfs pull'"
    case .headerTruncated(let file, let declared, let available):
      "'\(file)': the header says \(declared) bytes but the file holds \(available); the file is "
        + "truncated: copy or save it again"
    case .headerNotAnObject(let file, let found):
      "'\(file)': the header begins with \(found.quotedCharacter), expected '{'; this is not a "
        + "safetensors file, or it is damaged: save it again"
    case .headerPaddedWithNUL(let file, let offset):
      "'\(file)': NUL bytes follow the header at byte \(offset) where spaces belong: save it again "
        + "with the safetensors library"
    case .malformedEntry(let file, let tensor, let field, let expected):
      "'\(file)': '\(field)' of tensor '\(tensor)' is missing or malformed, expected \(expected): "
        + "save the file again"
    case .malformedMetadata(let file, let key, let found):
      "'\(file)': '\(key)' of the metadata is \(found), expected a string: save the file again"
    case .unknownDataType(let file, let tensor, let name):
      "'\(file)': tensor '\(tensor)' has the unknown data type '\(name)'"
        + DataType.suggestion(for: name)
    case .shapeOverflow(let file, let tensor, let shape):
      "'\(file)': tensor '\(tensor)' has shape \(shape.asShape), too large to count; the header is "
        + "damaged: save the file again"
    case .emptyTensorTooLarge(let file, let tensor, let shape, let limit):
      "'\(file)': tensor '\(tensor)' has shape \(shape.asShape), which holds no elements; its other "
        + "dimensions may make up \(limit) at most: save the file again"
    case .partialByte(let file, let tensor, let dataType, let shape):
      "'\(file)': tensor '\(tensor)' of shape \(shape.asShape) in \(dataType.rawValue) does not "
        + "fill whole bytes: save the file again"
    case .sizeMismatch(let file, let tensor, let dataType, let shape, let expected, let found):
      "'\(file)': tensor '\(tensor)' of shape \(shape.asShape) in \(dataType.rawValue) needs "
        + "\(expected) bytes, its offsets hold \(found): save the file again"
    case .reversedOffsets(let file, let tensor, let begin, let end):
      "'\(file)': tensor '\(tensor)' ends at byte \(end), before its begin at \(begin): "
        + "save the file again"
    case .overlappingTensors(let file, let tensor, let begin, let previousEnd):
      "'\(file)': tensor '\(tensor)' begins at byte \(begin), inside the one that ends at "
        + "\(previousEnd): save the file again"
    case .gapBeforeTensor(let file, let tensor, let begin, let previousEnd):
      "'\(file)': tensor '\(tensor)' begins at byte \(begin), expected \(previousEnd) where the "
        + "previous one ends: save the file again"
    case .dataTruncated(let file, let expected, let found):
      "'\(file)': the tensors need \(expected) bytes but the file holds \(found); the file is "
        + "truncated or still being written: copy or save it again"
    case .trailingBytes(let file, let expected, let found):
      "'\(file)': the tensors need \(expected) bytes but the file holds \(found); bytes that belong "
        + "to no tensor follow: save it again"
    case .damaged(let file, let format, let fault):
      "'\(file)': not a whole \(format) file: \(fault): copy or save it again"
    case .notRead(let file, let found, let remedy):
      "'\(file)': \(found): \(remedy)"
    case .foreignObject(let file, let name):
      "'\(file)': holds an object of \(name), which is no tensor; nothing in a pickle is run: if you trust "
        + "the file, save its tensors with \(TensorMap.conversion)"
    case .noNamedTensors(let file, let found):
      "'\(file)': holds \(found) and no tensors by name: save a dictionary of tensors, such as "
        + "model.state_dict()"
    case .severalTensorMaps(let file, let keys):
      "'\(file)': tensors are in \(keys.map { "'\($0)'" }.joined(separator: " and ")): save the one that is "
        + "meant with \(TensorMap.selection(keys[0]))"
    case .numberedShardMissing(let folder, let shard):
      "'\(folder)': the shard '\(shard)' is missing: download or copy it next to the others"
    case .shardNameNotBare(let index, let shard):
      "'\(index)': the shard '\(shard)' is not a plain file name; the index is not trusted: "
        + "correct it"
    case .shardMissing(let index, let shard):
      "'\(index)': the shard '\(shard)' is missing: download or copy it next to the index"
    case .tensorMissingInShard(let tensor, let shard, let nearest):
      "'\(shard)': tensor '\(tensor)' of the index is not in this shard\(nearest.asSuggestion): "
        + "copy or save the model again"
    case .tensorNotFound(let name, let place, let nearest):
      "'\(place)': no tensor '\(name)'\(nearest.asSuggestion)"
    case .notFinite(let tensor, let file):
      "'\(file)': tensor '\(tensor)' holds NaN or infinity: copy or save the model again"
    case .notDecodable(let tensor, let dataType, let file):
      "'\(file)': tensor '\(tensor)' of type \(dataType.rawValue) cannot be read as numbers: "
        + "convert it to BF16 or F32"
    case .nothingReadable(let path, let lookedFor):
      "'\(path)': nothing to read here; looked for \(lookedFor.joined(separator: ", "))"
    case .isAdapter(let path, let base):
      "'\(path)' is itself an adapter\(base.map { " of base '\($0)'" } ?? ""), not a model: merge it"
        + " into its base first, or give the model \(BaseAdvice.words)"
    case .isRun(let path, let checkpoint?, _):
      "'\(path)' is a run, not a model: give one of its checkpoints \(BaseAdvice.words), such as '\(checkpoint)'"
    case .isRun(let path, nil, let base):
      "'\(path)' is a run that trained an adapter\(base.map { " of base '\($0)'" } ?? ""), not a model: give its base "
        + "\(BaseAdvice.words), or the base with a checkpoint merged into it"
    case .configurationMissing(let folder, let file):
      "'\(folder)': '\(file)' is missing beside the weights: copy it from where the weights are from"
    case .wrappedByPEFT(let path, let file, let tensor):
      "'\(path)': '\(FileSystem.lastComponent(of: file))' holds a model that PEFT has wrapped ('\(tensor)'), weights "
        + "and adapter in one: take the adapter out with python -c \"from peft import LoraConfig; from "
        + "safetensors.torch import load_file, save_file; t = load_file('FILE'); LoraConfig(r=RANK, lora_alpha=ALPHA, "
        + "base_model_name_or_path='BASE').save_pretrained('OUT'); save_file({k: v for k, v in t.items() if '.lora_' in "
        + "k}, 'OUT/adapter_model.safetensors')\""
    case .unreadableFormat(let path, let format):
      "'\(path)': \(format.summary): \(format.conversion)"
    case .quantized(let path, let method):
      "'\(path)': the weights are quantised (\(method)) and not read: give the model from which it was "
        + "quantised, in BF16 or F32"
    case .scaleMismatch(let tensor, let shape, let block, let scaleShape, let file):
      "'\(file)': tensor '\(tensor)' of shape \(shape.asShape) in blocks of \(block.asShape) has "
        + "scales of shape \(scaleShape.asShape): check 'weight_block_size' in config.json"
    case .scaleMissing(let tensor, let file):
      "'\(file)': tensor '\(tensor)' is stored in 8 bits and its scales are missing: copy or save "
        + "the model again"
    case .quantizedTensor(let tensor, let fault, let file):
      "'\(file)': the quantised weight's tensor '\(tensor)' \(fault): copy the model again, or give it in "
        + "BF16 or F32"
    case .ambiguousAdapterKeys(let file, let first, let second):
      "'\(file)': the keys '\(first)' and '\(second)' name one tensor: remove one of them"
    case .severalAdapters(let path, let names):
      "'\(path)': several adapters are here (\(names.joined(separator: ", "))): give the folder of "
        + "one of them"
    case .noReadableCheckpoint(let path, let count, let reason):
      "'\(path)': none of \(count) checkpoints can be read; the last: \(reason)"
    case .modelNotFound(let name, let tried):
      "model '\(name)' is not on this machine; tried \(tried.joined(separator: ", ")): "
        + "download it first or give its folder"
    }
  }
}

extension DataType {
  static func suggestion(for name: String) -> String {
    let known = allCases.filter { !$0.isOfBlocks }.map(\.rawValue)
    return NearestName.of(name.uppercased(), in: known).asSuggestion + ": convert it to BF16 or F32"
  }
}

extension Optional<String> {
  /// The ending `; the nearest is 'x'` of a message; empty if there is no near name.
  var asSuggestion: String { map { "; the nearest is '\($0)'" } ?? "" }
}

extension [Int] {
  /// `64×32`; `scalar` if there are no dimensions.
  var asShape: String { isEmpty ? "scalar" : map(String.init).joined(separator: "×") }
}
