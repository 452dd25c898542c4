import Adapters
import Checkpoints
import LinearAlgebra

/// `training_state.safetensors` of a checkpoint: everything that the next step depends on apart from seed and
/// settings, bit for bit.
///
///     parameter/<module>.<name>      the trained parameters, in the precision they train in
///     chosen/<module>.<name>         frozen parameters that the method has set itself
///     optimizer/<…>                  moments
///     frozen/<module>                the frozen weights, if merges change them
///     budget/<…>                     AdaLoRA's statistics
///     critic/<…>                     value heads and their moments
///     metadata: step, optimizer_step
enum TrainingState {
  static let fileName = "training_state.safetensors"

  static func entries<Element>(of trainer: Trainer<Element>) -> [SafetensorsWriter.Entry] {
    let budget = trainer.policy.budget?.state ?? [:]
    return views(of: trainer).map { name, view in
      SafetensorsWriter.Entry(
        name: name, shape: [view.rows, view.columns], values: view.storedValues)
    }
      + budget.sorted { $0.key < $1.key }.map { name, tensor in
        SafetensorsWriter.Entry(
          name: "budget/\(name)", shape: tensor.shape, values: tensor.values)
      }
  }

  /// What a step changes, by its name in the file.
  private static func views<Element>(
    of trainer: Trainer<Element>
  ) -> [(name: String, values: MatrixView<Element>)] {
    trainer.trained.map { ("parameter/\($0.name)", $0.values) }
      + trainer.optimizer.state.map { ("optimizer/\($0.name)", $0.values) }
      + trainer.policy.chosen.map { ("chosen/\($0.name)", $0.values) }
      + trainer.policy.driftingWeights.map { ("frozen/\($0.name)", $0.values) }
      + (trainer.critic?.state ?? []).map { ("critic/\($0.name)", $0.values) }
  }

  static func metadata<Element>(of trainer: Trainer<Element>) -> [String: String] {
    [
      "step": "\(trainer.stepCount)", "optimizer_step": "\(trainer.optimizer.stepCount)",
    ]
  }

  /// Restores what a checkpoint holds.
  /// - Throws: ``TrainingError/cannotResume(path:reason:)``, `CheckpointError`.
  static func restore<Element>(_ trainer: Trainer<Element>, from path: String) throws {
    let store = try TensorStore(file: path)
    guard let step = store.metadata["step"].flatMap({ Int($0) }),
      let optimizerStep = store.metadata["optimizer_step"].flatMap({ Int($0) })
    else { throw TrainingError.cannotResume(path: path, reason: "it does not tell its step") }
    guard (0...trainer.options.steps).contains(step), optimizerStep >= 0, optimizerStep < 1 << 62
    else {
      throw TrainingError.cannotResume(
        path: path, reason: "its step \(step) is none of the run: give another folder with --out")
    }
    for (name, view) in views(of: trainer) {
      let description = try store.description(of: name)
      guard description.shape == [view.rows, view.columns] else {
        throw TrainingError.cannotResume(
          path: path, reason: "'\(name)' has another shape: the run was started with other options")
      }
      view.set(
        Matrix(rows: view.rows, columns: view.columns, values: try store.doubles(of: name)))
    }
    if trainer.policy.budget != nil {
      var state = [String: Tensor]()
      for tensor in store.tensors where tensor.name.hasPrefix("budget/") {
        state[String(tensor.name.dropFirst("budget/".count))] = Tensor(
          shape: tensor.shape, values: try store.doubles(of: tensor.name))
      }
      try trainer.policy.budget?.restore(state)
    }
    trainer.optimizer.stepCount = optimizerStep
    // The critic takes a step whenever the policy does.
    trainer.critic?.optimizer.stepCount = optimizerStep
    trainer.stepCount = step
    trainer.policy.refresh()
  }
}

extension MatrixView {
  /// The numbers in the precision in which they train.
  fileprivate var storedValues: SafetensorsWriter.Values {
    Element.self == Double.self
      ? .float64(values.map { Double($0) }) : .float32(values.map { Float($0) })
  }
}
