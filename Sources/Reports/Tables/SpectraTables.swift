import Diagnosis
import Spectra

// What belongs to the base is the same at every step of a run. It has tables of its own, with each value once.

/// spectra.csv: one row for each singular index of each step.
struct SpectraTable: ResultTable {
  static let name = "spectra"
  let columns = [
    "run", "step", "module", "index", "adapted_singular_value", "update_singular_value",
  ]

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    let spectra = [module.adaptedSingularValues, module.updateSingularValues]
    for index in 0..<(spectra.map(\.count).max() ?? 0) {
      table.addPlace(of: module, index)
      for values in spectra { table.add(index < values.count ? values[index] : nil) }
      table.endRow()
    }
  }
}

/// base_spectra.csv: one row for each singular index of the base of each run.
struct BaseSpectraTable: ResultTable {
  static let name = "base_spectra"
  let columns = ["run", "module", "index", "base_singular_value"]
  private var seen = FirstResults()

  mutating func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    guard !module.baseSingularValues.isEmpty, seen.isFirst(module) else { return }
    for (index, value) in module.baseSingularValues.enumerated() {
      table.addPlace(ofBase: module, index)
      table.add(value)
      table.endRow()
    }
  }
}

/// projection.csv: one row for each bin of the base's singular index and each step; each energy sums to one.
struct ProjectionTable: ResultTable {
  static let name = "projection"
  let columns = [
    "run", "step", "module", "bin", "update_energy_right", "update_energy_left",
    "spectral_change", "first_order_change", "null_spectral_change",
  ]

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    for (index, bin) in module.projection.enumerated() {
      table.addPlace(of: module, index)
      table.add(bin.updateEnergyRight)
      table.add(bin.updateEnergyLeft)
      table.add(bin.spectralChange)
      table.add(bin.firstOrderChange)
      table.add(bin.nullSpectralChange)
      table.endRow()
    }
  }
}

/// base_projection.csv: one row for each bin of the base of each run: its own energy, and what a random orientation of any
/// update would have there.
struct BaseProjectionTable: ResultTable {
  static let name = "base_projection"
  let columns = ["run", "module", "bin", "base_energy", "null_energy_right", "null_energy_left"]
  private var seen = FirstResults()

  mutating func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    guard !module.projection.isEmpty, seen.isFirst(module) else { return }
    for (index, bin) in module.projection.enumerated() {
      table.addPlace(ofBase: module, index)
      table.add(bin.baseEnergy)
      table.add(bin.nullEnergyRight)
      table.add(bin.nullEnergyLeft)
      table.endRow()
    }
  }
}

/// Finds of each module of each run the first result that has something of the base: a step at which the module had not
/// changed has nothing.
private struct FirstResults {
  private var run = ""
  private var modules: Set<String> = []

  mutating func isFirst(_ module: ModuleAnalysis) -> Bool {
    if module.identity.run != run {
      run = module.identity.run
      modules = []
    }
    return modules.insert(module.identity.module).inserted
  }
}

extension CSVTable {
  fileprivate mutating func addPlace(ofBase module: ModuleAnalysis, _ index: Int) {
    add(module.identity.run)
    add(module.identity.module)
    add(index)
  }
}
