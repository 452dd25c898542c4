import Adapters
import LinearAlgebra
import Testing

@Suite("Trainable tokens") struct TrainableTokensTests {
  private func adapter(rows: TrainableTokenRows) throws -> SavedTrainableTokens {
    try SavedTrainableTokens(
      parameters: ["trainable_tokens_delta": Tensor(shape: [2, 2], values: [1, 2, 3, 4])],
      settings: Samples.settings("TRAINABLE_TOKENS", module: "model.embed_tokens") {
        $0.trainableTokens = rows
      })
  }

  @Test(arguments: [TrainableTokenRows.modules(["embed_tokens": [3, 1]]), .embedding([3, 1])])
  func `rows are replaced by the saved values`(rows: TrainableTokenRows) throws {
    let w = Matrix(rows: 4, columns: 2, repeating: 1)
    let adapted = try w + adapter(rows: rows).dense(w)
    #expect(adapted.values == [1, 1, 3, 4, 1, 1, 1, 2])
  }

  @Test func `of a row that is named twice the last value counts`() throws {
    let w = Matrix(rows: 4, columns: 2, repeating: 1)
    let adapted = try w + adapter(rows: .embedding([3, 3])).dense(w)
    #expect(adapted.values == [1, 1, 1, 1, 1, 1, 3, 4])
  }

  @Test func `a row outside the embedding is refused`() throws {
    let error = AdapterError.tokenRowOutOfRange(module: "model.embed_tokens", row: 4, rows: 4)
    #expect(throws: error) {
      try adapter(rows: .embedding([0, 4])).dense(Matrix(rows: 4, columns: 2))
    }
    #expect(
      error.description == "trained row 4 of 'model.embed_tokens' lies outside its 4 rows")
  }

  @Test func `rows that nobody names are refused`() throws {
    let error = AdapterError.tokenRowsUnknown(module: "model.embed_tokens")
    #expect(throws: error) { try adapter(rows: .modules(["other": [1]])) }
    #expect(
      error.description
        == "trainable_token_indices does not say which rows of 'model.embed_tokens' were trained")
  }
}
