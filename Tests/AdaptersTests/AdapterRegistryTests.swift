import Adapters
import Foundation
import Testing

@Suite("Adapter registry") struct AdapterRegistryTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/Adapters")

  @Test func `a method has a folder of its name, with a file of its name`() {
    let methods =
      AdapterRegistry.saved.map { $0.typeOfMethod }
      + AdapterRegistry.trainable.map { $0.typeOfMethod }
    for method in Set(methods.map { "\($0)" }) {
      let file = Self.sources.appendingPathComponent("\(method)/\(method).swift").path
      #expect(FileManager.default.fileExists(atPath: file), "\(method)")
    }
  }

  @Test func `what is trained is read by the method that it says`() {
    for trained in AdapterRegistry.trainable {
      let own = AdapterRegistry.saved.filter { $0.typeOfMethod == trained.typeOfMethod }
      #expect(own.count == (trained.key == "full" ? 0 : 1), "\(trained.key)")
    }
  }

  @Test func `keys are unique, lower case and summarised in one line`() {
    let keys = AdapterRegistry.saved.map { $0.method }
    #expect(Set(keys).count == keys.count)
    for method in AdapterRegistry.saved {
      #expect(method.method == method.method.lowercased())
      #expect(!method.summary.isEmpty && method.summary.count < 80)
      #expect(!method.summary.contains("\n") && !method.summary.hasSuffix("."))
    }
  }

  @Test func `an unknown type is refused with those that are supported`() {
    #expect(
      throws: AdapterError.unsupportedType("LOHI", supported: AdapterRegistry.supportedTypes)
    ) { try AdapterRegistry.methods(for: AdapterConfiguration(peftType: "LOHI")) }
    let message = AdapterError.unsupportedType("LOHI", supported: ["IA3", "LORA"]).description
    #expect(message == "adapters of type 'LOHI' are not supported, only 'IA3', 'LORA'")
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

extension Adapter {
  fileprivate static var typeOfMethod: any AdapterMethod.Type { Method.self }
}

extension TrainableAdapter {
  fileprivate static var typeOfMethod: any AdapterMethod.Type { Method.self }
}
