import Adapters
import LinearAlgebra
import Testing

@Suite("MiSS") struct MiSSTests {
  @Test(arguments: [9, 8, 2])
  func `every shard of the input has the same update`(columns: Int) throws {
    var samples = Samples()
    let block = samples.matrix(3, 7)
    let adapter = try SavedMiSS(
      parameters: ["miss_block": Tensor(block)], settings: Samples.settings("MISS"))
    let update = try adapter.dense(samples.matrix(7, columns))
    for row in 0..<7 {
      for column in 0..<columns { #expect(update[row, column] == block[column % 3, row]) }
    }
  }

  @Test func `the mini form repeats its columns`() throws {
    var samples = Samples()
    let block = samples.matrix(2, 3)
    let adapter = try SavedMiSS(
      parameters: ["miss_block": Tensor(block)],
      settings: Samples.settings("MISS") {
        $0.miSS.mode = .mini
        $0.miSS.miniRank = 3
      })
    let update = try adapter.dense(samples.matrix(6, 4))
    for row in 0..<6 {
      for column in 0..<4 { #expect(update[row, column] == block[column % 2, row % 3]) }
    }
  }

  @Test func `the bat form multiplies each block of the base and adds to it`() throws {
    var samples = Samples()
    let (w, blocks) = (samples.matrix(4, 6), samples.tensor(2, 2, 2))
    let adapter = try SavedMiSS(
      parameters: ["miss_block": blocks],
      settings: Samples.settings("MISS") { $0.miSS.mode = .bat })
    var expected = Matrix(rows: 4, columns: 6)
    for row in 0..<4 {
      for column in 0..<6 {
        let entry = { (r: Int, c: Int) in blocks.values[row / 2 * 4 + r * 2 + c] }
        let (first, j) = (column - column % 2, column % 2)
        expected[row, column] =
          w[row, first] * entry(0, j) + w[row, first + 1] * entry(1, j) + entry(row % 2, j)
      }
    }
    #expect((try adapter.dense(w) - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `the bat form asks that the block divide the inputs`() throws {
    var samples = Samples()
    let adapter = try SavedMiSS(
      parameters: ["miss_block": samples.tensor(2, 2, 2)],
      settings: Samples.settings("MISS") { $0.miSS.mode = .bat })
    let error = AdapterError.indivisible(module: "layers.0.q_proj", size: 5, block: 2)
    let base = samples.matrix(4, 5)
    #expect(throws: error) { try adapter.dense(base) }
    #expect(
      error.description
        == "the 5 features of 'layers.0.q_proj' are no multiple of the block size 2")
  }

  @Test func `the shape of the update is the base's, which is needed`() throws {
    let adapter = try SavedMiSS(
      parameters: ["miss_block": Tensor(zero: 3, 7)], settings: Samples.settings("MISS"))
    #expect(throws: AdapterError.baseNeeded(module: "layers.0.q_proj", method: "miss")) {
      try AbsentBase(for: adapter)
    }
  }
}
