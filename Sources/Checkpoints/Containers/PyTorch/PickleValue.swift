/// What a pickle of tensors may hold. Lists and dictionaries are numbers of places in the reader's tables, so a value that
/// contains itself, or a million others one inside the other, costs nothing to copy and to free.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  case bytes
  /// A number that fits into no type here.
  case largeNumber
  /// A tuple, list or set: an index of ``PickleReader/lists``.
  case list(Int)
  /// A dictionary: an index of ``PickleReader/maps``.
  case map(Int)
  /// A class or a function, named and never used.
  case global(String)
  /// An object of another class: an index of ``PickleReader/objects``.
  case object(Int)
  indirect case storage(PickledStorage)
  indirect case tensor(PickledTensor)
}

/// A run of elements that tensors are views of.
struct PickledStorage {
  /// What the elements are, unless a tensor says otherwise.
  let dataType: DataType
  /// The name of the member, or the key in an older file, that holds the elements.
  let key: String
  /// How many elements.
  let count: Int
}

/// A view of a storage.
struct PickledTensor {
  let storage: PickledStorage
  let dataType: DataType
  /// The first element, from the beginning of the storage.
  let offset: Int
  let sizes: [Int]
  let strides: [Int]
}

/// An object of a class that is only named.
struct PickledObject {
  /// With its module: `trl.trainer.grpo_config.GRPOConfig`.
  let className: String
  /// The first argument that it was made with; the value of an enumeration.
  let argument: PickleValue?
  /// The dictionary of its attributes, an index of ``PickleReader/maps``.
  var attributes: Int?
}
