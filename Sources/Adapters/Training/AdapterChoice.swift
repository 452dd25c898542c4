import Documents

/// A method and its start, as a user names them.
///
/// The key of a start alone stands for LoRA with it: `pissa` is `lora` that starts as PiSSA.
public struct AdapterChoice: Sendable {
  public let method: any TrainableAdapter.Type
  /// Nil for a method that has first values of its own.
  public let start: (any FactorStart.Type)?

  /// Resolves keys.
  /// - Parameters:
  ///   - key: That of a method or of a start.
  ///   - start: That of a start; nil for the usual one.
  /// - Throws: ``TrainableAdapterError/unknownKey(_:near:)``,
  ///   ``TrainableAdapterError/startNotTaken(method:start:)``,
  ///   ``TrainableAdapterError/twoStarts(_:_:)``.
  public init(parsing key: String, start: String? = nil) throws(TrainableAdapterError) {
    if let method = TrainableAdapterRegistry.all.first(where: { $0.key == key }) {
      if let start, !method.takesStart { throw .startNotTaken(method: key, start: start) }
      self.method = method
      self.start = method.takesStart ? try FactorStartRegistry.start(start) : nil
      return
    }
    guard let named = FactorStartRegistry.all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.near(key, among: Self.keys))
    }
    if let start, start != key { throw .twoStarts(key, start) }
    method = TrainableLoRA.self
    self.start = named
  }

  /// Every key, methods first.
  public static var keys: [String] {
    TrainableAdapterRegistry.all.map { $0.key } + FactorStartRegistry.all.map { $0.key }
  }

  /// What the choice is called: the method, and the start if it is not the usual one.
  public var name: String {
    guard let start, start.key != FactorStartRegistry.standard.key else { return method.key }
    return method.key == TrainableLoRA.key ? start.key : "\(method.key)+\(start.key)"
  }

  /// Whether first values depend on a batch of the task.
  public var needsCalibration: Bool { start?.needsCalibration ?? false }

  /// The adapters of modules, in their order, and the options with which they were made.
  /// - Throws: ``TrainableAdapterError`` for the first module that the options do not fit.
  public func adapters(
    for modules: [AdaptedModule], options: AdapterOptions
  ) throws(TrainableAdapterError) -> (adapters: [any TrainableAdapter], options: AdapterOptions) {
    var options = options.spanning(modules)
    options.start = start?.key
    var adapters = [any TrainableAdapter]()
    for module in modules { adapters.append(try method.init(module: module, options: options)) }
    return (adapters, options)
  }
}
