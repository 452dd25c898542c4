import Experiments
import Spectra
import Testing

/// What the paths of updates take of memory.
@Suite("Memory of paths") struct PathMemoryTests {
  private let shape = OrientedShape(rows: 4096, columns: 4096)

  @Test func `fewer than three updates make no path and take none`() {
    let memory = PathMemory(held: [1 << 20, 1 << 20], shape: shape)
    #expect(memory.blocks.isEmpty && memory.bound == 0)
  }

  @Test(arguments: [3, 20, 1000])
  func `factors that fit are one block`(count: Int) {
    let held = [Int](repeating: PathMemory.limit / count, count: count)
    #expect(PathMemory(held: held, shape: shape).blocks == [0..<count])
  }

  @Test(arguments: [3, 20, 1000], [1 << 12, 1 << 20, 1 << 23, 1 << 24, 1 << 26])
  func `two blocks are within the limit, or are two updates`(count: Int, size: Int) {
    let held = (0..<count).map { size - $0 % 3 }
    let memory = PathMemory(held: held, shape: shape)
    #expect(memory.blocks.flatMap { Array($0) } == Array(0..<count))
    let sizes = memory.blocks.map { held[$0].reduce(0, +) }.sorted().suffix(2).reduce(0, +)
    #expect(sizes <= max(PathMemory.limit, 2 * size))
    // The stack of panels does not grow with the number of updates, but for a vector of each.
    let stack = 2 * PathGram.stackLimit + (count + 3) * shape.short + 8 * count * count
    #expect(memory.bound <= max(PathMemory.limit, 2 * size) + stack)
  }

  @Test func `of very many checkpoints some are taken at even distances, with both ends`() {
    #expect(UpdatePath.positions(amongst: 0).isEmpty)
    #expect(UpdatePath.positions(amongst: 512) == Array(0..<512))
    for count in [513, 1000, 100_000] {
      let positions = UpdatePath.positions(amongst: count)
      #expect(positions.count == 512 && positions.first == 0 && positions.last == count - 1)
      let gaps = Set(zip(positions.dropFirst(), positions).map { $0 - $1 })
      #expect(gaps.allSatisfy { $0 > 0 } && gaps.count <= 2)
    }
  }

  @Test func `whole weights are read in panels and held never`() {
    let memory = PathMemory(held: [Int](repeating: 0, count: 50), shape: shape)
    #expect(memory.blocks == [0..<50])
    #expect(memory.bound == 2 * PathGram.stackLimit + 53 * 4096 + 8 * 50 * 50)
    let small = PathMemory(held: [0, 0, 0], shape: OrientedShape(rows: 8, columns: 4))
    #expect(small.bound == 6 * 32 + 8 * 9)
  }
}
