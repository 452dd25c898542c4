import Experiments
import Foundation
import LinearAlgebra
import Spectra

/// A file of the basis cache: as it is if the first byte is even, else its numbers under the checksum that they should
/// have. With the decomposition that is read, an update is measured.
enum BasisCacheTarget: FuzzTarget {
  static let name = "basis-cache"
  static let seeds = "*.basis"

  private static let key = ContentHash(of: ["weight"])
  private static let topCount = 2
  private static let base = Matrix(
    rows: 4, columns: 3, values: (0..<12).map { Double($0 * $0 % 7) - 2 })

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    guard let choice = input.first else { return }
    let cache = BasisCache(folder: URL(fileURLWithPath: folder.path), sizeLimit: .max)
    let shape = OrientedShape(rows: base.rows, columns: base.columns)
    if choice.isMultiple(of: 2) {
      let file = cache.url(key, topCount, shape).lastPathComponent
      try folder.write(file, Array(input.dropFirst()))
    } else {
      cache.store(geometry(input, shape), for: key, topCount: topCount)
    }
    guard let found = cache.geometry(for: key, topCount: topCount, shape: shape) else { return }
    let update = UpdateForm(
      .dense(Matrix(rows: 4, columns: 3, values: (0..<12).map { Double($0) })))
    let result = try ModuleAnalyzer(options: AnalysisOptions(topCount: topCount)).analyze(
      ModuleIdentity(
        run: "r", method: "full", seed: nil, step: 1, module: "m", rows: 4, columns: 3),
      update, of: DenseReference(base, geometry: found))
    precondition((try? JSONEncoder().encode(result)) != nil, "every result is finite")
  }

  /// What the bytes after the first say, eight a number: values, short basis, bounds, triangle basis. The bits of the first
  /// byte say which of the last two there are.
  private static func geometry(_ input: [UInt8], _ shape: OrientedShape) -> BaseGeometry {
    var rest = input.dropFirst()
    func next(_ count: Int) -> [Double] {
      (0..<count).map { _ in
        let bytes = rest.prefix(8)
        rest = rest.dropFirst(8)
        return Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
      }
    }
    let (values, basis, bounds) = (next(3), next(9), next(3))
    let masks = MaskBounds(
      lowMagnitude: bounds[0], principal: bounds[1], rank: Int(exactly: bounds[2]) ?? 1)
    return BaseGeometry(
      shape: shape, values: values, shortBasis: Matrix(rows: 3, columns: 3, values: basis),
      triangleBasis: input[0] & 2 != 0 ? Matrix(rows: 3, columns: 3, values: next(9)) : nil,
      masks: input[0] & 4 != 0 ? masks : nil)
  }
}
