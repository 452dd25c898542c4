import Documents

// Reads the options of methods that are only read.

extension AdapterConfiguration {
  /// Reads the options of the adapter's own method.
  mutating func readMethods(_ reader: FieldReader) throws(AdapterError) {
    switch peftType {
    case "RANDLORA":
      randLoRA.isSparse = try reader.boolean("sparse") ?? false
      randLoRA.isVerySparse = try reader.boolean("very_sparse") ?? false
    case "FOURIERFT", "WAVEFT":
      spectrum.scaling = try reader.double("scaling")
      spectrum.seed = try reader.seed("random_loc_seed") ?? spectrum.seed
      spectrum.wavelet = try reader.string("wavelet_family") ?? spectrum.wavelet
      spectrum.isTransformed = try reader.boolean("use_idwt") ?? true
    case "SUPERTUNING":
      superTuning.selectsLargest = try reader.boolean("select_top") ?? true
    case "VBLORA":
      vbLoRA.summandCount = try reader.integer("topk") ?? vbLoRA.summandCount
    case "UNILORA":
      if try !(reader.boolean("save_indices") ?? false) {
        unsupportedVariants = ["save_indices=False"]
      }
    case "TINYLORA":
      tinyLoRA.seed = try reader.seed("projection_seed") ?? tinyLoRA.seed
      tinyLoRA.vectorSize = try reader.integer("u") ?? tinyLoRA.vectorSize
      tinyLoRA.weightTying = try reader.double("weight_tying") ?? tinyLoRA.weightTying
      if try !(reader.boolean("save_projection") ?? true) {
        unsupportedVariants = ["save_projection=False"]
      }
    case "XLORA":
      experts = try reader.names("adapters")
    default: break
    }
  }
}

extension AdapterConfiguration.BlockDiagonal {
  /// Nil if BD-LoRA is not used.
  init?(_ reader: FieldReader) throws(AdapterError) {
    guard let json = reader["use_bdlora"], json != .bool(false) else { return nil }
    guard case .object = json else {
      throw reader.unexpected("use_bdlora", "an object", json)
    }
    let options = FieldReader(json: json, peftType: reader.peftType)
    self.init()
    count = try options.integer("nblocks") ?? count
    inputTargets = try options.strings("target_modules_bd_a") ?? []
    outputTargets = try options.strings("target_modules_bd_b") ?? []
  }
}
