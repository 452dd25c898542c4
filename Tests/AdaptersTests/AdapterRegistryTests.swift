import Adapters
import Testing

@Suite("Adapter registry") struct AdapterRegistryTests {
  @Test func `keys are unique, lower case and summarised in one line`() {
    let keys = AdapterRegistry.all.map { $0.method }
    #expect(Set(keys).count == keys.count)
    for method in AdapterRegistry.all {
      #expect(method.method == method.method.lowercased())
      #expect(!method.summary.isEmpty && method.summary.count < 80)
      #expect(!method.summary.contains("\n") && !method.summary.hasSuffix("."))
    }
  }

  @Test func `an unknown type is refused with those that are supported`() {
    #expect(
      throws: AdapterError.unsupportedType("LOHA", supported: AdapterRegistry.supportedTypes)
    ) { try AdapterRegistry.methods(for: AdapterConfiguration(peftType: "LOHA")) }
    let message = AdapterError.unsupportedType("LOHA", supported: ["IA3", "LORA"]).description
    #expect(message == "adapters of type 'LOHA' are not supported, only 'IA3', 'LORA'")
  }

  @Test(arguments: ["PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING", "ADAPTION_PROMPT"])
  func `a method that changes no weight is named as such`(type: String) {
    #expect(throws: AdapterError.noWeightUpdate(peftType: type)) {
      try AdapterRegistry.methods(for: AdapterConfiguration(peftType: type))
    }
    #expect(
      AdapterError.noWeightUpdate(peftType: type).description
        == "an adapter of type '\(type)' has no weight update: it acts on inputs or activations")
  }

  @Test func `a variant with another update is refused`() {
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.unsupportedVariants = ["kasa_config"]
    #expect(throws: AdapterError.unsupportedVariant("kasa_config", peftType: "LORA")) {
      try AdapterRegistry.methods(for: configuration)
    }
    #expect(
      AdapterError.unsupportedVariant("kasa_config", peftType: "LORA").description
        == "the option 'kasa_config' of type 'LORA' is not supported")
  }

  @Test func `tensors of no method are refused`() {
    let error = AdapterError.unknownParameters(module: "layers.0.q_proj", parameters: ["x"])
    #expect(throws: error) {
      try AdapterRegistry.method(describing: ["x"], settings: Samples.settings())
    }
    #expect(
      error.description == "no method has the tensors 'x' of module 'layers.0.q_proj'")
  }
}
