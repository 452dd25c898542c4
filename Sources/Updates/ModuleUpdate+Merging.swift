package import Adapters
import Checkpoints
import LinearAlgebra

extension ModuleUpdate {
  /// How PEFT computes the merged weight of the module; nil if only ΔW is known, or without a base.
  /// - Throws: What reading the adapter's tensors throws; `AdapterError`.
  package func mergeRecipe() throws -> MergeRecipe? {
    guard case .adapter(let parameters) = source, let base, parameters.savedBase == nil,
      parameters.initial == nil
    else { return nil }
    return try AdapterRegistry.mergeRecipe(
      parameters: parameters.store.tensors(parameters.tensors).merging(parameters.replayed) { $1 },
      settings: parameters.settings, base: base.matrixShape)
  }

  /// Whether this is one of several weights that a parameter stacks.
  package var isExpert: Bool {
    if case .adapter(let parameters) = source { parameters.settings.expert != nil } else { false }
  }

  /// The update if the adapter's start were not subtracted, s·BA in place of s(BA − B₀A₀); nil if none is.
  package var withoutStart: ModuleUpdate? {
    changing { parameters in
      guard parameters.settings.start != nil || parameters.initial != nil else { return nil }
      var changed = parameters
      changed.settings.start = nil
      changed.initial = nil
      return changed
    }
  }

  /// The update if the magnitudes of DoRA were left out; nil without magnitudes.
  package var withoutMagnitudes: ModuleUpdate? {
    changing { parameters in
      guard parameters.tensors[Self.magnitudes] != nil else { return nil }
      return parameters.without(Self.magnitudes)
    }
  }

  private static let magnitudes = "lora_magnitude_vector"

  private func changing(
    _ change: (AdapterParameters) -> AdapterParameters?
  ) -> ModuleUpdate? {
    guard case .adapter(let parameters) = source, let changed = change(parameters) else {
      return nil
    }
    return ModuleUpdate(
      module: module, base: base, rows: rows, columns: columns, layout: layout,
      storageType: storageType, resolved: resolved, source: .adapter(changed),
      workspace: workspace)
  }
}

extension AdapterParameters {
  /// The same without the tensors of one parameter.
  fileprivate func without(_ name: String) -> AdapterParameters {
    AdapterParameters(
      settings: settings, store: store, tensors: tensors.filter { $0.key != name },
      replayed: replayed, initial: initial, savedBase: savedBase)
  }
}
