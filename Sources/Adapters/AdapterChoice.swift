import Documents

/// A method and its start, as chosen by the user.
///
/// The key of a start alone means LoRA with that start: `pissa` is `lora` with the PiSSA start.
public struct AdapterChoice: Sendable {
  package let method: any TrainableAdapter.Type
  /// Nil for a method with initial values of its own.
  package let start: (any FactorStart.Type)?

  /// Resolves keys.
  /// - Parameters:
  ///   - key: The key of a method or of a start.
  ///   - start: The key of a start; nil for the standard one.
  /// - Throws: ``AdapterError/unknownKey(_:near:)``,
  ///   ``AdapterError/startNotTaken(method:start:)``,
  ///   ``AdapterError/twoStarts(_:_:)``.
  public init(parsing key: String, start: String? = nil) throws(AdapterError) {
    if let method = AdapterRegistry.trainable.first(where: { $0.key == key }) {
      if let start, !method.takesStart { throw .startNotTaken(method: key, start: start) }
      self.method = method
      self.start = method.takesStart ? try FactorStartRegistry.start(start) : nil
      return
    }
    guard let named = FactorStartRegistry.all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.similar(to: key, among: Self.keys))
    }
    if let start, start != key { throw .twoStarts(key, start) }
    method = TrainableLoRA.self
    self.start = named
  }

  /// Every key, methods first.
  public static var keys: [String] {
    AdapterRegistry.trainable.map { $0.key } + FactorStartRegistry.all.map { $0.key }
  }

  /// The name of the choice: the method, and the start if it is not the standard one.
  public var name: String {
    guard let start, start.key != FactorStartRegistry.standard.key else { return method.key }
    return method.key == TrainableLoRA.key ? start.key : "\(method.key)+\(start.key)"
  }

  /// Whether the effective weight is W + s·P, with P made of the parameters alone and s of α.
  package var addsScaledProduct: Bool { method.addsScaledProduct }
  /// Whether the weights themselves are trained.
  package var trainsWholeWeights: Bool { method.key == TrainableFull.key }

  /// The keys of the methods that add a scaled product.
  package static var scaledProducts: [String] {
    AdapterRegistry.trainable.filter { $0.addsScaledProduct }.map { $0.key }
  }

  /// Whether the initial values depend on a batch of the task.
  public var needsCalibration: Bool { start?.needsCalibration ?? false }

  /// The adapters of modules, in their order, and the options with which they were made.
  /// - Throws: ``AdapterError`` for the first module that the options do not fit.
  package func adapters(
    for modules: [AdaptedModule], options: AdapterOptions
  ) throws(AdapterError) -> (adapters: [any TrainableAdapter], options: AdapterOptions) {
    var options = options.spanning(modules)
    options.start = start?.key
    var adapters = [any TrainableAdapter]()
    for module in modules { adapters.append(try method.init(module: module, options: options)) }
    return (adapters, options)
  }
}
