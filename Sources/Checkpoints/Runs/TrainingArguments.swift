import Documents

/// The `training_args.bin` of Trainer and TRL: an object of settings, pickled.
///
/// Only the operations of the pickle are read. No class is looked up and nothing is called: an object is the name of its
/// class with plain values, and whatever is no plain value is left out.
package struct TrainingArguments: Sendable {
  static let fileName = "training_args.bin"

  /// Without its module: `GRPOConfig`.
  package let className: String
  /// Texts, numbers and truth values by their names; the value of an enumeration is its text.
  private let values: [String: JSONValue]

  /// Such a file takes 6 kB; one with a configuration of DeepSpeed some more.
  private static let sizeLimit = 1 << 22

  /// - Throws: ``CheckpointError/damaged(file:format:fault:)`` if it is no pickled object; what opening throws.
  package init(file path: String) throws(CheckpointError) {
    let file = try OpenFile(path: path)
    guard file.size <= Self.sizeLimit else {
      throw .damaged(
        file: path, format: "PyTorch", fault: "it has \(file.size) bytes, too many for settings")
    }
    let (value, reader) = try PyTorchArchive.object(in: file)
    guard case .object(let index) = value, let attributes = reader.objects[index].attributes else {
      throw .damaged(file: path, format: "PyTorch", fault: "it holds no object with settings")
    }
    className = String(reader.objects[index].className.split(separator: ".").last ?? "")
    var values: [String: JSONValue] = [:]
    for (key, value) in reader.maps[attributes] {
      if case .text(let name) = key, let plain = Self.plain(value, in: reader) {
        values[name] = plain
      }
    }
    self.values = values
  }

  private static func plain(_ value: PickleValue, in reader: PickleReader) -> JSONValue? {
    switch value {
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .real(let value) where value.isFinite: .number(value)
    case .text(let text): .string(text)
    case .object(let index):
      if case .text(let text)? = reader.objects[index].argument { .string(text) } else { nil }
    // The first of several kinds of loss.
    case .list(let index):
      reader.lists[index].first.flatMap { first in
        if case .text(let text) = first { .string(text) } else { nil }
      }
    default: nil
    }
  }

  package var settings: RecordedSettings {
    var settings = RecordedSettings()
    settings.configuration = className
    settings.objective = values["loss_type"]?.string
    settings.seed = values["seed"]?.integer
    settings.learningRate = notNegative("learning_rate")
    settings.divergenceWeight = notNegative("beta")
    settings.batchSize = count("per_device_train_batch_size")
    settings.accumulation = count("gradient_accumulation_steps")
    settings.schedule = values["lr_scheduler_type"]?.string
    // Below 1 it is a share of steps that nothing here knows.
    settings.warmup = values["warmup_steps"]?.double.flatMap { Int(exactly: $0) }.flatMap {
      $0 >= 0 ? $0 : nil
    }
    settings.clipNorm = notNegative("max_grad_norm")
    return settings
  }

  private func notNegative(_ key: String) -> Double? {
    values[key]?.double.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }

  private func count(_ key: String) -> Int? {
    values[key]?.integer.flatMap { $0 > 0 ? $0 : nil }
  }

  /// The settings in the first of some folders that has them, and a note on a file that cannot be read.
  static func found(in folders: [String]) -> (settings: RecordedSettings, notes: [String]) {
    let files = folders.lazy.map { FileSystem.join($0, fileName) }
    guard let file = files.first(where: FileSystem.isFile) else { return (RecordedSettings(), []) }
    do {
      return (try TrainingArguments(file: file).settings, [])
    } catch {
      return (RecordedSettings(), ["\(fileName) is left out: \(error)"])
    }
  }
}
