import Adapters
import Foundation
import Testing

@Suite("Adapter registry") struct AdapterRegistryTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/Adapters")

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

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
      // Those without a type of PEFT write models or plain LoRA.
      let isForeign = trained.typeOfMethod.peftTypes.isEmpty
      #expect(own.count == (isForeign ? 0 : 1), "\(trained.key)")
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
      throws: AdapterError.unsupportedType("NEWEST", supported: AdapterRegistry.supportedTypes)
    ) { try AdapterRegistry.methods(for: AdapterConfiguration(peftType: "NEWEST")) }
    let message = AdapterError.unsupportedType("NEWEST", supported: ["IA3", "LORA"]).description
    #expect(message == "adapters of type 'NEWEST' are not supported, only 'IA3', 'LORA'")
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

  @Test func `a variant with another update is refused, with the reason`() {
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.unsupportedVariants = ["arrow_config"]
    let error = AdapterError.unsupportedVariant("arrow_config", peftType: "LORA")
    #expect(throws: error) { try AdapterRegistry.methods(for: configuration) }
    #expect(
      error.description
        == "the option 'arrow_config' of type 'LORA' is not supported: a router mixes the adapters for"
        + " each input; give the adapters one by one")
  }

  @Test(arguments: ["ADAMSS", "LILY", "POLY"])
  func `a type whose files do not determine the update is refused with the reason`(type: String) {
    let error = #expect(throws: AdapterError.self) {
      try AdapterRegistry.methods(for: AdapterConfiguration(peftType: type))
    }
    #expect(error?.description.hasPrefix("an adapter of type '\(type)' cannot be read: ") == true)
  }

  @Test func `an X-LoRA is refused with the experts to give instead`() {
    var configuration = AdapterConfiguration(peftType: "XLORA")
    configuration.experts = ["b": "adapters/code", "a": "adapters/chat"]
    let error = AdapterError.mixedExperts(["adapters/chat", "adapters/code"])
    #expect(throws: error) { try AdapterRegistry.methods(for: configuration) }
    #expect(
      error.description
        == "an X-LoRA mixes its experts for each input, so there is no single update, and its router is"
        + " not read: give its experts one by one, 'adapters/chat', 'adapters/code'")
  }

  /// `peft-types.json` lists the members of PEFT's `PeftType`.
  @Test func `every type of PEFT is read or named in a refusal`() throws {
    let file = Self.fixtures.appendingPathComponent("adapters/peft-types.json")
    let types = try JSONDecoder().decode([String].self, from: Data(contentsOf: file))
    #expect(types.count == 45)
    for type in types {
      do {
        _ = try AdapterRegistry.methods(for: AdapterConfiguration(peftType: type))
      } catch .unsupportedType(let type, _) {
        Issue.record("\(type) is neither read nor named")
      } catch {}
    }
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
