import LinearAlgebra
package import Spectra
import Updates

/// How much memory the path of a module through a run takes.
///
/// All updates of the run are held while they fit: factors do. Others are taken in blocks, two of which are in memory
/// at once, and made again for each.
package struct PathMemory {
  /// Consecutive ranges of the run's updates that are held together.
  package let blocks: [Range<Int>]
  /// How many numbers are in memory at most: two blocks of updates, a stack of their panels with what is read, and the
  /// inner products with what decomposes them.
  package let bound: Int

  /// How many numbers all held updates together may have (128 MB); more only if two updates are more.
  package static let limit = 1 << 24

  /// - Parameters:
  ///   - held: How many numbers each update holds.
  ///   - shape: Of every update.
  package init(held: [Int], shape: OrientedShape) {
    guard held.count >= UpdatePath.fewestPoints else {
      self.init(blocks: [], bound: 0)
      return
    }
    let total = held.reduce(0, +)
    let limit = total <= Self.limit ? total : Self.limit / 2
    var blocks = [Range<Int>]()
    var sum = 0
    for (index, count) in held.enumerated() {
      if let last = blocks.last, sum + count <= limit {
        blocks[blocks.count - 1] = last.lowerBound..<index + 1
        sum += count
      } else {
        blocks.append(index..<index + 1)
        sum = count
      }
    }
    let largest = blocks.map { held[$0].reduce(0, +) }.sorted().suffix(2).reduce(0, +)
    let stack = min(
      2 * PathGram.stackLimit + (held.count + 3) * shape.short, (held.count + 3) * shape.count)
    self.init(blocks: blocks, bound: largest + stack + 8 * held.count * held.count)
  }

  private init(blocks: [Range<Int>], bound: Int) {
    self.blocks = blocks
    self.bound = bound
  }

  /// The memory of the path through all updates of one run.
  init(of units: ArraySlice<AnalysisUnit>, shape: OrientedShape) {
    let positions = UpdatePath.positions(amongst: units.count)
    self.init(
      held: positions.map { units[units.startIndex + $0].update.heldCount }, shape: shape)
  }
}
