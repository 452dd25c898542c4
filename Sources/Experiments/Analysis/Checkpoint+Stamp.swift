import Checkpoints
import Foundation

extension Checkpoint {
  /// Changes when the checkpoint's files do: their names, sizes and times of change.
  var stamp: String {
    let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
    let url = URL(fileURLWithPath: path)
    let files =
      (try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: keys))
      ?? [url]
    let texts = files.filter { $0.pathExtension == "safetensors" || $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map { file in
        let values = try? file.resourceValues(forKeys: Set(keys))
        let time = values?.contentModificationDate?.timeIntervalSince1970 ?? 0
        return "\(file.lastPathComponent) \(values?.fileSize ?? 0) \(time)"
      }
    return String(ContentHash(of: texts).hexadecimal.prefix(16))
  }
}
