import Experiments
import Foundation
import Spectra
import Testing

@Suite("Results in a journal") struct JournaledModuleTests {
  private static var whole: ModuleAnalysis {
    var result = ModuleAnalysis(
      identity: ModuleIdentity(
        run: "a run", method: "lora", seed: 7, step: 20, module: "layers.3.q_proj", rows: 6,
        columns: 4),
      baseSingularValues: [4, 1.0 / 3], adaptedSingularValues: [4.25, 0.1, 0],
      updateSingularValues: [0.125],
      projection: [
        ProjectionBin(
          baseEnergy: 0.75, updateEnergyRight: 0.5, updateEnergyLeft: 0.25, nullEnergyRight: 0.5,
          nullEnergyLeft: 0.5, spectralChange: -0.1, firstOrderChange: nil, nullSpectralChange: 0),
        ProjectionBin(
          baseEnergy: 0.25, updateEnergyRight: 0.5, updateEnergyLeft: 0.75, nullEnergyRight: 0.5,
          nullEnergyLeft: 0.5, firstOrderChange: 3),
      ],
      heads: HeadShares(areRows: true, shares: [0.3, 0.7], nullStandardDeviation: 0.1),
      taskDirections: [TaskDirection(index: 3, baseSingularValue: 2, alignedChange: -0.5)],
      nulls: [
        NullEstimate(
          metric: HeadShareRight.name, mean: 0.25, standardDeviation: 0.01, samples: nil),
        NullEstimate(
          metric: NormalizedSpectralShift.name, mean: 0.5, standardDeviation: 0.1, samples: 12),
      ],
      numerics: Numerics(base: .gram, update: .factors, adapted: .gesdd))
    for (place, name) in MetricRegistry.names.enumerated() where place % 3 > 0 {
      result.metrics[name] = Double(place) / 7
    }
    return result
  }

  private func readBack(_ result: ModuleAnalysis) throws -> ModuleAnalysis? {
    let json = try JSONEncoder().encode(JournaledModule(result))
    return try JSONDecoder().decode(JournaledModule.self, from: json).analysis
  }

  @Test func `are read back as they were, every part of them`() throws {
    #expect(try readBack(Self.whole) == Self.whole)
    let bare = ModuleAnalysis(identity: Self.whole.identity)
    #expect(try readBack(bare) == bare)
    var broken = bare
    broken.nonFiniteCount = 12
    broken.isOverflow = true
    #expect(try readBack(broken) == broken)
    var rounded = bare
    rounded.isRounding = true
    #expect(try readBack(rounded) == rounded)
  }

  @Test func `that no analysis gives are not read`() throws {
    var infinite = Self.whole
    infinite.metrics["stable_rank"] = .infinity
    var ascending = Self.whole
    ascending.updateSingularValues = [1, 2]
    var shifted = Self.whole
    shifted.projection[0].updateEnergyLeft = .nan
    var negative = Self.whole
    negative.taskDirections[0].index = -1
    for result in [infinite, ascending, shifted, negative] {
      #expect(try readBack(result) == nil)
    }
  }
}
