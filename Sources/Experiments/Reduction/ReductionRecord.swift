import Adapters
import Checkpoints
import Documents
import LinearAlgebra
import Spectra

/// What is noted of a module when its spectrum or its factors are computed: numbers in their own bits, so that continued
/// work gives the same bytes as work that was never stopped.
///
///     spectrum   rows, columns, number of values, noise, energy, the values
///     factors    a spectrum; the rank, 0 for none; alpha; the three numbers of a rounding, if there is one;
///                A and B in Float32, which holds them: they are rounded to their type
enum ReductionRecord {
  static func bytes(of spectrum: Spectrum) -> [UInt8] {
    var record = Record()
    record.add(spectrum)
    return record.bytes
  }

  static func spectrum(_ bytes: [UInt8]) -> Spectrum? {
    var reader = RecordReader(bytes)
    return reader.spectrum()
  }

  static func bytes(of result: ModuleReduction.Result) -> [UInt8] {
    var record = Record()
    record.add(result.spectrum)
    record.add(result.module?.rank ?? 0)
    guard let module = result.module else { return record.bytes }
    record.add(module.alpha)
    let rounding = result.rounding.map { [$0.exactShare, $0.zeroShare, $0.error] } ?? []
    record.add(rounding.count)
    for number in rounding { record.add(number) }
    for factor in [module.factors.input, module.factors.output] {
      record.add(factor.values.count)
      record.bytes += factor.values.flatMap { Float($0).bitPattern.bytes }
    }
    return record.bytes
  }

  /// - Parameter part: The module that the record is of.
  static func result(
    _ bytes: [UInt8], of part: ReductionParts.Factored
  ) -> ModuleReduction.Result? {
    var reader = RecordReader(bytes)
    guard let spectrum = reader.spectrum(), let rank = reader.count() else { return nil }
    if rank == 0 { return ModuleReduction.Result(spectrum: spectrum, module: nil, rounding: nil) }
    guard let alpha = reader.number(), let count = reader.count(),
      let rounding = reader.numbers(count), let input = reader.floats(),
      let output = reader.floats(), input.count.isMultiple(of: rank),
      output.count.isMultiple(of: rank)
    else { return nil }
    let factors = FactorPair(
      input: Matrix(rows: rank, columns: input.count / rank, values: input),
      output: Matrix(rows: output.count / rank, columns: rank, values: output))
    return ModuleReduction.Result(
      spectrum: spectrum,
      module: LowRankModule(name: part.name, kind: part.kind, factors: factors, alpha: alpha),
      rounding: rounding.count == 3
        ? ReducedModule.Rounding(
          exactShare: rounding[0], zeroShare: rounding[1], error: rounding[2]) : nil)
  }
}

/// Numbers one behind another.
private struct Record {
  var bytes: [UInt8] = []

  mutating func add(_ count: Int) { bytes += UInt64(count).bytes }
  mutating func add(_ number: Double) { bytes += number.bitPattern.bytes }

  mutating func add(_ spectrum: Spectrum) {
    add(spectrum.rows)
    add(spectrum.columns)
    add(spectrum.values.count)
    add(spectrum.noise)
    add(spectrum.energy)
    for value in spectrum.values { add(value) }
  }
}

/// Reads them back; nil where the bytes end.
private struct RecordReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  private mutating func bits(_ width: Int) -> UInt64? {
    guard rest.count >= width else { return nil }
    defer { rest = rest.dropFirst(width) }
    return rest.prefix(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func number() -> Double? { bits(8).map { Double(bitPattern: $0) } }

  mutating func count() -> Int? { bits(8).flatMap { Int(exactly: $0) } }

  mutating func numbers(_ count: Int) -> [Double]? {
    guard count <= rest.count / 8 else { return nil }
    return (0..<count).compactMap { _ in number() }
  }

  mutating func floats() -> [Double]? {
    guard let count = count(), count <= rest.count / 4 else { return nil }
    return (0..<count).compactMap { _ in
      bits(4).map { Double(Float(bitPattern: UInt32($0))) }
    }
  }

  mutating func spectrum() -> Spectrum? {
    guard let rows = count(), let columns = count(), let size = count(), let noise = number(),
      let energy = number(), let values = numbers(size)
    else { return nil }
    return Spectrum(values: values, rows: rows, columns: columns, noise: noise, energy: energy)
  }
}

extension FixedWidthInteger {
  /// The lowest byte first.
  fileprivate var bytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}
