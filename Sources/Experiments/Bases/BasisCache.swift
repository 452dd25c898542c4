import Checkpoints
import Documents
package import Foundation
import LinearAlgebra
package import Spectra

/// Singular bases on disk, keyed by the contents of the weight, so that a second analysis of the same
/// base decomposes nothing, whatever the base is called.
///
/// One safetensors file per weight, `topCount` and BLAS kernel, `HASH-kTOPCOUNT-KERNEL.safetensors`
/// (`HASH-kTOPCOUNT-KERNEL-tTHREADS.safetensors` for a huge weight): the last digits depend on the kernel, and those of a
/// huge weight on the threads.
///
///     values           (p)      singular values
///     short_basis      (p×p)    singular vectors of the shorter side
///     bounds           (3)      the two mask bounds and the mask's rank; optional
///     triangle_basis   (p×p)    left singular vectors of R, if the weight was reduced to it
///
/// Where only coordinates are needed, the file ends in `-band.safetensors`. It holds half as many numbers, unless the
/// Gram matrix was too inaccurate:
///
///     band             (p×65)   the Gram matrix reduced to a band
///     factors          (p−64)   factors of the reflections that did so
///     reflections               their vectors, column after column
///     small_values     (p/8)    the smallest values, if they were found from the weight itself
///     small_turn       (p/8×p/8)  their vectors among the last eigenvectors; likewise
///     bounds           (3)      as above
///
/// The metadata hold a checksum of the key and of all numbers. A file that fails it, or whose numbers are no
/// decomposition, counts as missing. Above the size limit, the least recently used files are removed.
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
  /// - Parameter isReduced: Whether it was made without its vectors, if they were not needed for accuracy.
  package func geometry(
    for key: ContentHash, topCount: Int, shape: OrientedShape, isReduced: Bool = false
  ) -> BaseGeometry? {
    let file = url(key, topCount, shape, isReduced: isReduced)
    guard let store = try? TensorStore(file: file.path),
      let stored = Self.read(store, shape, isReduced: isReduced),
      store.metadata == metadata(of: stored, for: file),
      let geometry = stored.geometry(shape)
    else { return nil }
    // The modification date records the last use, which decides what is kept.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
    return geometry
  }

  private static func read(
    _ store: TensorStore, _ shape: OrientedShape, isReduced: Bool
  ) -> (any StoredBasis)? {
    if isReduced, let reduction = StoredReduction(store, shape: shape) { return reduction }
    return StoredDecomposition(store, shape: shape)
  }

  /// Stores a decomposition. The cache only saves work, so errors of writing are ignored.
  /// - Parameter isReduced: As for ``geometry(for:topCount:shape:isReduced:)``.
  package func store(
    _ geometry: BaseGeometry, for key: ContentHash, topCount: Int, isReduced: Bool = false
  ) {
    let stored: any StoredBasis = StoredReduction(geometry) ?? StoredDecomposition(geometry)
    let file = url(key, topCount, geometry.shape, isReduced: isReduced)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try SafetensorsWriter.write(
        stored.entries, metadata: metadata(of: stored, for: file), to: file.path)
    } catch {
      return
    }
  }

  /// Removes what killed processes left, then the least recently used files until the size limit is met. Files of other
  /// names are not the cache's: they are neither counted nor removed.
  package func trim() {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let leftovers = StagingLeftover.all(in: folder.path).filter { Self.isOwn($0.name) }
    for leftover in leftovers { leftover.remove() }
    for leftover in StagingLeftover.all(in: folder.appendingPathComponent("bases").path) {
      leftover.remove()
    }
    // What is left of them is being written.
    let written = leftovers.reduce(0) { sum, leftover in
      let url = URL(fileURLWithPath: leftover.path)
      return sum + ((try? url.resourceValues(forKeys: keys))?.fileSize ?? 0)
    }
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    var entries = files.filter { Self.isOwn($0.lastPathComponent) }.compactMap { url in
      (try? url.resourceValues(forKeys: keys)).map { values in
        (url, size: values.fileSize ?? 0, used: values.contentModificationDate ?? .distantPast)
      }
    }
    entries.sort { $0.used < $1.used }
    var total = entries.reduce(written) { $0 + $1.size }
    for entry in entries where total > sizeLimit {
      try? FileManager.default.removeItem(at: entry.0)
      total -= entry.size
    }
  }

  /// Whether a file name is one that ``url(_:_:_:isReduced:)`` gives.
  private static func isOwn(_ name: String) -> Bool {
    let ending = name.dropFirst(32)
    return name.prefix(32).allSatisfy(\.isHexDigit) && ending.hasPrefix("-k")
      && ending.hasSuffix(".safetensors")
  }

  private func metadata(of stored: some StoredBasis, for file: URL) -> [String: String] {
    let hash = ContentHasher()
    hash.update(text: file.lastPathComponent)
    stored.update(hash)
    return ["format": Self.format, "checksum": hash.digest()]
  }

  /// The file of a decomposition.
  package func url(
    _ key: ContentHash, _ topCount: Int, _ shape: OrientedShape, isReduced: Bool = false
  ) -> URL {
    let threads = HugeMatrix.includes(shape) ? "-t\(HugeMatrix.threads)" : ""
    let kernel = LinearAlgebraLibrary.current.core
    return folder.appendingPathComponent(
      "\(key.hexadecimal)-k\(topCount)-\(kernel)\(threads)\(isReduced ? "-band" : "").safetensors")
  }

  /// Must change whenever the meaning of the files changes.
  private static let format = "sigmascope-basis-4"
}
