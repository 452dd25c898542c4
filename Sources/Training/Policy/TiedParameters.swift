import Adapters
import LinearAlgebra

/// The parameters that several modules train together: each has one view, which all of them refer to.
struct TiedParameters<Element: KernelScalar> {
  private var views = [String: MatrixView<Element>]()

  /// Views of a module's parameters, with a memory of their own unless a module before trains the same parameter.
  mutating func views(
    of shapes: [ParameterShape], at start: [Matrix]
  ) -> [MatrixView<Element>] {
    zip(shapes, start).map { shape, values in
      guard shape.isTied else { return MatrixView(values) }
      if let view = views[shape.name] { return view }
      let view = MatrixView<Element>(values)
      views[shape.name] = view
      return view
    }
  }
}

extension ParameterShape {
  /// Whether modules train this together.
  var isTied: Bool { isShared && isTrained }

  /// Its name among the trained parameters of a policy.
  func name(in module: AdaptedModule) -> String { isTied ? name : "\(module.name).\(name)" }
}

/// Where the parameters of modules stand in the list of a policy's trained parameters.
struct TrainedPlaces {
  /// For each module and each of its parameters; nil for a frozen one.
  let places: [[Int?]]

  init<Element>(of layers: [AdaptedLayer<Element>]) {
    var found = [String: Int]()
    places = layers.map { layer in
      layer.adapter.parameters.map { shape in
        guard shape.isTrained else { return nil }
        let name = shape.name(in: layer.module)
        let place = found[name] ?? found.count
        found[name] = place
        return place
      }
    }
  }
}
