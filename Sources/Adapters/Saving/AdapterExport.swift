package import Documents
package import LinearAlgebra

/// A module after some training.
package struct TrainedModule: Sendable {
  package let adapter: any TrainableAdapter
  package let module: AdaptedModule
  /// In the order of the adapter's parameters.
  package let parameters: [Matrix]
  /// The parameters of step 0.
  package let initial: [Matrix]

  package init(
    adapter: any TrainableAdapter, module: AdaptedModule, parameters: [Matrix],
    initial: [Matrix]
  ) {
    self.adapter = adapter
    self.module = module
    self.parameters = parameters
    self.initial = initial
  }
}

/// The content of an adapter checkpoint: PEFT's tensors and the fields of its configuration. It applies to the
/// pretrained base, and a reader need not repeat the start.
package struct AdapterExport: Sendable {
  /// By the names in the file.
  package let tensors: [String: Tensor]
  /// What the tensors mean; nil for full fine-tuning, whose tensors are those of the base.
  package let configuration: AdapterConfiguration?
  /// The fields of `adapter_config.json`; nil for full fine-tuning.
  package let fields: [String: JSONValue]?

  /// The adapter of all its modules.
  /// - Parameters:
  ///   - modules: The adapted modules, trained by one method.
  ///   - options: The options with which the adapters were made.
  ///   - baseName: The base as a reader will find it: a name on a hub or a path.
  ///   - budget: AdaLoRA's budget. Pruned triplets are left out once its choice is final; before that, a later
  ///     choice may keep them again.
  package init(
    modules: [TrainedModule], options: AdapterOptions, baseName: String?,
    budget: AdaLoRABudget? = nil
  ) {
    let adapted = modules.map(\.module)
    var configuration = modules.first.flatMap {
      type(of: $0.adapter).configuration(options: options, modules: adapted)
    }
    configuration?.baseModel = baseName
    let kept = budget.flatMap { $0.isFinal ? $0.kept : nil }
    if let kept {
      configuration?.adaLoRA.rankPattern = Dictionary(
        uniqueKeysWithValues: zip(adapted, kept).map { (AdaLoRA.patternKey(of: $0.name), $1) })
    }
    tensors = Self.tensors(of: modules, kept: kept, isAdapter: configuration != nil)
    self.configuration = configuration
    fields = configuration?.fields(options: options)
  }

  /// Restores the parameters of a module from a file that was written from ``tensors``.
  /// - Parameters:
  ///   - adapter: An adapter with the options of the training.
  ///   - module: The adapter's module.
  ///   - tensors: All tensors of the file.
  ///   - kept: The triplets that AdaLoRA's final choice kept, if the file was written after it; the
  ///     others are restored as zeros.
  /// - Returns: Nil if a file of the method holds less than its parameters.
  /// - Throws: ``AdapterError`` if a tensor is missing or has another shape.
  package static func restore(
    _ adapter: any TrainableAdapter, of module: AdaptedModule, from tensors: [String: Tensor],
    kept: [Bool]? = nil
  ) throws(AdapterError) -> RestoredParameters? {
    var own = [String: Tensor]()
    for shape in adapter.parameters {
      let names =
        shape.isShared
        ? [AdapterFileNames.shared(shape.name)]
        : [true, false].map {
          AdapterFileNames.own(shape.name, of: module.name, isAdapter: $0)
        }
      for name in names where own[shape.name] == nil { own[shape.name] = tensors[name] }
    }
    if let kept { own = TrainableAdaLoRA.expanding(own, kept: kept) }
    return try adapter.restore(own)
  }

  private static func tensors(
    of modules: [TrainedModule], kept: [[Bool]]?, isAdapter: Bool
  ) -> [String: Tensor] {
    var tensors = [String: Tensor]()
    for (index, trained) in modules.enumerated() {
      var own = trained.adapter.tensors(of: trained.parameters, initial: trained.initial)
      if let kept { own = TrainableAdaLoRA.pruning(own, kept: kept[index]) }
      let shared = Set(trained.adapter.parameters.filter(\.isShared).map(\.name))
      for (name, tensor) in own {
        guard shared.contains(name) else {
          tensors[AdapterFileNames.own(name, of: trained.module.name, isAdapter: isAdapter)] =
            tensor
          continue
        }
        // The largest of the modules' parts is the whole tensor.
        let held = tensors[AdapterFileNames.shared(name)]?.values.count ?? -1
        if held < tensor.values.count { tensors[AdapterFileNames.shared(name)] = tensor }
      }
    }
    return tensors
  }
}

/// The names of tensors in a file.
enum AdapterFileNames {
  static func own(_ name: String, of module: String, isAdapter: Bool) -> String {
    isAdapter ? "base_model.model.\(module).\(name)" : "\(module).\(name)"
  }

  static func shared(_ name: String) -> String { "base_model.\(name)" }
}
