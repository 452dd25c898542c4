/// The adapters that cannot be read, and why.
enum Refusals {
  /// Types that change what the model sees, not a weight.
  static let typesWithoutUpdate: Set<String> = [
    "PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING", "CPT", "CARTRIDGE",
    "ADAPTION_PROMPT", "SHADOW",
  ]

  /// Types that change weights, but not by an update that their files determine.
  static let types: [String: String] = [
    "ADAMSS":
      "the rows that its tensors belong to are clusters of the base's rows, which are not saved;"
      + " merge it with PEFT (merge_and_unload) and give the merged model",
    "LILY": "a router mixes its factors for each input, so there is no single update",
    "POLY": "it mixes several adapters by the task of each input, so there is no single update",
  ]

  /// Options under which the files do not determine the update.
  static let options: [String: String] = [
    "arrow_config": "a router mixes the adapters for each input; give the adapters one by one",
    "save_indices=False":
      "the places in the shared vector are not saved, and they depend on the order of the modules in"
      + " the model; load it in PEFT with a configuration that has save_indices=True and save it again",
    "save_projection=False":
      "the projections are not saved, and they depend on the order of the modules in the model; load"
      + " it in PEFT with a configuration that has save_projection=True and save it again",
    "use_qalora":
      "its A acts on means over groups of inputs, beside a base of 4 bits, and PEFT has no"
      + " merged weight for it either",
  ]
}
