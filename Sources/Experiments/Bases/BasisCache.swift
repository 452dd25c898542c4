import Checkpoints
package import Foundation
import LinearAlgebra
import Spectra

/// Singular bases on disk, keyed by the contents of the weight, so that a second analysis of the same
/// base decomposes nothing, whatever the base is called.
///
/// One safetensors file per weight and `topCount`, `HASH-kTOPCOUNT.safetensors`
/// (`HASH-kTOPCOUNT-tTHREADS.safetensors` for a huge weight, whose last digits depend on the threads):
///
///     values        (p)         singular values
///     short_basis   (p×p)       singular vectors of the shorter side
///     bounds        (3)         the two mask bounds and the mask's rank; optional
///     long_basis    (long×p)    singular vectors of the longer side, if the weight was decomposed in full
///
/// A damaged or foreign file counts as missing. Above the size limit, the least recently used files are removed.
package struct BasisCache: Sendable {
  /// Where the files are.
  package let folder: URL
  /// The size limit in bytes, which ``trim()`` restores.
  package let sizeLimit: Int

  package init(folder: URL, sizeLimit: Int) {
    self.folder = folder
    self.sizeLimit = sizeLimit
  }

  /// `SIGMASCOPE_CACHE`, else `XDG_CACHE_HOME/sigmascope`, else `~/.cache/sigmascope`.
  package static func defaultFolder(environment: [String: String]) -> URL {
    if let folder = environment["SIGMASCOPE_CACHE"], !folder.isEmpty {
      return URL(fileURLWithPath: folder, isDirectory: true)
    }
    let caches =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: environment["HOME"] ?? "/tmp").appendingPathComponent(".cache")
    return caches.appendingPathComponent("sigmascope", isDirectory: true)
  }

  /// The stored decomposition of a weight; nil if there is none of this shape.
  func geometry(for key: ContentHash, topCount: Int, shape: OrientedShape) -> BaseGeometry? {
    let file = url(key, topCount, shape)
    guard let store = try? TensorStore(file: file.path),
      store.metadata["format"] == Self.format,
      let values = try? store.doubles(of: "values"), values.count == shape.short,
      let basis = try? store.doubles(of: "short_basis"),
      basis.count == shape.short * shape.short
    else { return nil }
    let bounds = (try? store.doubles(of: "bounds")) ?? []
    let masks =
      bounds.count == 3
      ? MaskBounds(lowMagnitude: bounds[0], principal: bounds[1], rank: Int(bounds[2])) : nil
    var longBasis: Matrix?
    if store["long_basis"] != nil {
      guard let long = try? store.doubles(of: "long_basis"),
        long.count == shape.long * shape.short
      else { return nil }
      longBasis = Matrix(rows: shape.long, columns: shape.short, values: long)
    }
    // The modification date records the last use, which decides what is kept.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
    return BaseGeometry(
      shape: shape, values: values,
      shortBasis: Matrix(rows: shape.short, columns: shape.short, values: basis),
      longBasis: longBasis, masks: masks)
  }

  /// Stores a decomposition. The cache only saves work, so errors of writing are ignored.
  func store(_ geometry: BaseGeometry, for key: ContentHash, topCount: Int) {
    let p = geometry.shape.short
    var entries: [SafetensorsWriter.Entry] = [
      .init(name: "values", shape: [p], values: geometry.values),
      .init(name: "short_basis", shape: [p, p], values: geometry.shortBasis.values),
    ]
    if let masks = geometry.masks {
      entries.append(
        .init(
          name: "bounds", shape: [3],
          values: [masks.lowMagnitude, masks.principal, Double(masks.rank)]))
    }
    if let long = geometry.longBasis {
      entries.append(
        .init(name: "long_basis", shape: [long.rows, long.columns], values: long.values))
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try SafetensorsWriter.write(
        entries, metadata: ["format": Self.format], to: url(key, topCount, geometry.shape).path)
    } catch {
      return
    }
  }

  /// Removes the least recently used files until the size limit is met.
  package func trim() {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    var entries = files.filter { $0.pathExtension == "safetensors" }.compactMap { url in
      (try? url.resourceValues(forKeys: keys)).map { values in
        (url, size: values.fileSize ?? 0, used: values.contentModificationDate ?? .distantPast)
      }
    }
    entries.sort { $0.used < $1.used }
    var total = entries.reduce(0) { $0 + $1.size }
    for entry in entries where total > sizeLimit {
      try? FileManager.default.removeItem(at: entry.0)
      total -= entry.size
    }
  }

  private func url(_ key: ContentHash, _ topCount: Int, _ shape: OrientedShape) -> URL {
    let threads = HugeMatrix.includes(shape) ? "-t\(HugeMatrix.threads)" : ""
    return folder.appendingPathComponent("\(key.hexadecimal)-k\(topCount)\(threads).safetensors")
  }

  /// Must change whenever the meaning of the files changes.
  private static let format = "sigmascope-basis-1"
}
