import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Weighted sums of vectors of a bank, arranged in rows and columns.
struct BankSums: Sendable {
  let rows: Int
  let columns: Int
  /// For each sum, row by row, the vectors and their weights.
  private let terms: [[(vector: Int, weight: Double)]]

  /// - Parameters:
  ///   - name: The name of the logits.
  ///   - vectors: How many vectors the bank has.
  ///   - count: How many of them a sum takes, if the logits are saved.
  init(
    _ name: String, _ reader: ParameterReader, vectors: Int, count: Int
  ) throws(AdapterError) {
    let indicesName = name + VBLoRA.indices
    guard reader.tensors[indicesName] != nil else {
      let logits = try reader.tensor(name, shape: [nil, nil, vectors])
      guard (1...max(vectors, 1)).contains(count), vectors > 0 else {
        throw .coefficientCount(
          module: reader.module, count: count, base: MatrixShape(rows: vectors, columns: 1))
      }
      (rows, columns) = (logits.shape[0], logits.shape[1])
      terms = (0..<rows * columns).map { index in
        Self.largest(logits.values[index * vectors..<(index + 1) * vectors], count: count)
      }
      return
    }
    let indices = try reader.tensor(indicesName, shape: [nil, nil, nil])
    let places = try Positions(indices, module: reader.module, parameter: indicesName)
    try places.check(below: vectors)
    (rows, columns) = (indices.shape[0], indices.shape[1])
    let count = indices.shape[2]
    if count == 0 { throw .zeroRank(module: reader.module) }
    let weights = try reader.tensor(name + VBLoRA.weights, shape: [rows, columns, count - 1])
    terms = (0..<rows * columns).map { index in
      let first = weights.values[index * (count - 1)..<(index + 1) * (count - 1)]
      return Array(
        zip(places.values[index * count..<(index + 1) * count], first + [1 - first.reduce(0, +)])
      ).map { (vector: $0, weight: $1) }
    }
  }

  /// The positions of the largest logits and their softmax.
  private static func largest(
    _ logits: ArraySlice<Double>, count: Int
  ) -> [(vector: Int, weight: Double)] {
    let order = logits.indices.sorted { logits[$0] > logits[$1] }.prefix(count)
    let peak = order.first.map { logits[$0] } ?? 0
    let shares = order.map { exp(logits[$0] - peak) }
    let sum = shares.reduce(0, +)
    return zip(order, shares).map { (vector: $0 - logits.startIndex, weight: $1 / sum) }
  }

  /// The sums side by side: each row of sums becomes a row of columns · length entries.
  func joined(_ bank: Matrix) -> Matrix {
    let length = bank.columns
    var joined = Matrix(rows: rows, columns: columns * length)
    for (index, sum) in terms.enumerated() {
      let (row, first) = (index / columns, index % columns * length)
      for (vector, weight) in sum {
        for offset in 0..<length { joined[row, first + offset] += weight * bank[vector, offset] }
      }
    }
    return joined
  }
}
