/// The mapping from names to tensors in what was saved: the object itself, or the one part of it that holds tensors.
struct TensorMap {
  /// The keys that lead to the mapping, and that are said in a note: `state_dict`.
  private let path: [String]
  private let tensors: [(name: String, tensor: PickledTensor)]
  /// How the elements of each storage of the whole file are stored, by its key.
  let storageTypes: [String: DataType]
  private let file: String

  /// Parts that hold tensors but no weights.
  private static let states = [
    "optim", "lr_sched", "scheduler", "scaler", "rng", "random", "loops", "callbacks",
  ]

  /// No trainer nests its weights deeper.
  private static let deepest = 8

  /// - Throws: ``CheckpointError/noNamedTensors(file:found:)``,
  ///   ``CheckpointError/severalTensorMaps(file:keys:)``.
  init(in value: PickleValue, of reader: PickleReader, file: String) throws(CheckpointError) {
    let holding = Self.mapsWithTensors(in: reader)
    var value = value
    var path: [String] = []
    while true {
      guard case .map(let index) = value, path.count < Self.deepest else {
        throw .noNamedTensors(file: file, found: Self.kind(of: value))
      }
      let named = Self.members(of: reader.maps[index])
      let tensors = named.compactMap { member in
        if case .tensor(let tensor) = member.value { (member.name, tensor) } else { nil }
      }
      if !tensors.isEmpty {
        self.tensors = tensors
        break
      }
      let inner = named.filter { member in
        guard case .map(let index) = member.value, holding.contains(index) else { return false }
        return !Self.states.contains { member.name.lowercased().hasPrefix($0) }
      }
      if inner.count > 1 { throw .severalTensorMaps(file: file, keys: inner.map(\.name)) }
      guard let only = inner.first else {
        throw .noNamedTensors(file: file, found: "a dictionary")
      }
      path.append(only.name)
      value = only.value
    }
    self.path = path
    self.file = file
    storageTypes = reader.storageTypes
  }

  /// The members whose keys are texts; of equal keys the last counts, as in Python.
  private static func members(
    of map: [(key: PickleValue, value: PickleValue)]
  ) -> [(name: String, value: PickleValue)] {
    var places: [String: Int] = [:]
    var members: [(name: String, value: PickleValue)] = []
    for (key, value) in map {
      guard case .text(let name) = key else { continue }
      if let place = places[name] {
        members[place].value = value
      } else {
        places[name] = members.count
        members.append((name, value))
      }
    }
    return members
  }

  /// The dictionaries that hold tensors, directly or in dictionaries inside them.
  private static func mapsWithTensors(in reader: PickleReader) -> Set<Int> {
    var found: Set<Int> = []
    // One pass more for each level: to follow the dictionaries instead would never end where one holds itself.
    for _ in 0..<deepest {
      let before = found.count
      for (index, map) in reader.maps.enumerated() where !found.contains(index) {
        let holds = map.contains { member in
          switch member.value {
          case .tensor: true
          case .map(let inner): found.contains(inner)
          default: false
          }
        }
        if holds { found.insert(index) }
      }
      if found.count == before { break }
    }
    return found
  }

  private static func kind(of value: PickleValue) -> String {
    switch value {
    case .tensor: "a single tensor"
    case .list: "a list"
    case .map: "dictionaries in dictionaries"
    default: "a single value"
    }
  }
}

// MARK: Places in the file

extension TensorMap {
  /// The tensors as views of the storages, each checked to lie inside its storage.
  func contents(storages: [String: Range<Int>]) throws(CheckpointError) -> ContainerContents {
    var contents = ContainerContents(tensors: [])
    for (name, tensor) in tensors {
      contents.tensors.append(try description(name, tensor, storages: storages))
    }
    if !path.isEmpty {
      contents.notes = ["the tensors are those of '\(path.joined(separator: "."))' in the file"]
    }
    return contents
  }

  private func description(
    _ name: String, _ tensor: PickledTensor, storages: [String: Range<Int>]
  ) throws(CheckpointError) -> TensorDescription {
    guard let place = storages[tensor.storage.key] else {
      throw damaged("storage '\(tensor.storage.key)' of tensor '\(name)' is missing")
    }
    let width = tensor.dataType.block.bytes
    let available = place.count / width
    let shape: TensorShape
    do {
      shape = try TensorShape(tensor.sizes, of: tensor.dataType)
    } catch {
      throw damaged("tensor '\(name)' of shape \(tensor.sizes.asShape) is too large to count")
    }
    let isInside =
      tensor.strides.count == tensor.sizes.count && tensor.offset >= 0
      && (tensor.sizes + tensor.strides).allSatisfy { $0 >= 0 }
      && (shape.elementCount == 0
        || shape.elementCount <= available && Self.last(of: tensor).map { $0 < available } == true)
    if !isInside { throw damaged("tensor '\(name)' does not lie inside its storage") }
    let axes = zip(tensor.sizes, tensor.strides).map { StoredLayout.Axis(count: $0, stride: $1) }
    return TensorDescription(
      name: name, dataType: tensor.dataType, shape: shape, file: file,
      byteOffset: shape.elementCount == 0
        ? place.lowerBound : place.lowerBound + tensor.offset * width,
      layout: shape.elementCount == 0 ? .rowMajor : StoredLayout(axes))
  }

  /// The place of the last element in the storage; nil if it overflows.
  private static func last(of tensor: PickledTensor) -> Int? {
    var last = tensor.offset
    for (size, stride) in zip(tensor.sizes, tensor.strides) {
      let (extent, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, further) = last.addingReportingOverflow(extent)
      if overflow || further { return nil }
      last = sum
    }
    return last
  }

  private func damaged(_ fault: String) -> CheckpointError {
    .damaged(file: file, format: "PyTorch", fault: fault)
  }
}

// MARK: Commands for messages

extension TensorMap {
  /// Saves the tensors of a file that holds other objects too, such as a whole model.
  static let conversion = command(
    "torch.load('FILE', map_location='cpu', weights_only=False); "
      + "d = d.state_dict() if hasattr(d, 'state_dict') else d; "
      + "d = next((d[k] for k in ('state_dict', 'model', 'module') if k in d), d)")

  /// Saves the tensors of one mapping of a file.
  static func selection(_ key: String) -> String {
    command("torch.load('FILE', map_location='cpu')['\(key)']")
  }

  /// Tensors are cloned, because tied ones share memory, which safetensors refuses.
  private static func command(_ mapping: String) -> String {
    "python -c \"import torch; from safetensors.torch import save_file; d = \(mapping); "
      + "save_file({k: v.detach().clone().contiguous() for k, v in d.items() if torch.is_tensor(v)}, "
      + "'OUT.safetensors')\""
  }
}
