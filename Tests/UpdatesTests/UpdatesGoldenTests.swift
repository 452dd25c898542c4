import Adapters
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Compares the updates of adapters that PEFT saved with those that PEFT merges in Float64 from the same
/// files (`Tests/Fixtures/make_adapters.py`).
@Suite("Updates of saved adapters") struct UpdatesGoldenTests {
  /// Both sides compute in Float64 from the same Float32 values. They differ in the order of sums and in
  /// where a decomposition stops. Subtracting a start cancels up to two more digits.
  private static let bound = 1e-10

  @Test(arguments: AdapterFixture.all)
  func `norms, singular values and entries are PEFT's`(_ fixture: AdapterFixture) throws {
    let updates = try fixture.updates()
    var missing = Set(fixture.golden.modules.keys).subtracting(fixture.countedOnce)
    var worst = 0.0
    for module in updates.modules {
      let base = try #require(module.base)
      let dense = try module.update().dense(base: base)
      for (name, part) in fixture.parts(of: module.module, dense) {
        let golden = try #require(fixture.golden.modules[name], "\(name) is not among PEFT's")
        missing.remove(name)
        #expect([part.rows, part.columns] == golden.shape)
        worst = max(worst, try golden.deviation(of: part))
        if let resolved = module.resolved, let scale = golden.scale {
          #expect(abs(resolved.scale - scale) <= 4 * Double.ulpOfOne * scale)
        }
      }
    }
    for vector in updates.vectors {
      let golden = try #require(fixture.golden.vectors[vector.name])
      worst = max(worst, golden.deviation(of: try vector.change()))
    }
    #expect(missing.isEmpty)
    #expect(Set(updates.vectors.map(\.name)) == Set(fixture.golden.vectors.keys))
    #expect(worst <= fixture.golden.tolerance ?? Self.bound)
  }

  @Test func `every adapter of the fixtures has golden values`() throws {
    let configurations = try #require(
      FileManager.default.enumerator(
        atPath: AdapterFixture.folder.appendingPathComponent("adapters").path)
    ).compactMap { $0 as? String }.filter {
      $0.hasSuffix("adapter_config.json") && !$0.contains("checkpoint-0")
    }
    #expect(AdapterFixture.all.count == configurations.count)
  }
}
