import Diagnosis
import Spectra

// What belongs to the base is the same at every step of a run. It has tables of its own, with each value once.

/// spectra.csv: one row for each singular index of each step.
enum SpectraTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "step", "module", "index", "adapted_singular_value", "update_singular_value",
    ])
    for module in analysis.modules {
      let spectra = [module.adaptedSingularValues, module.updateSingularValues]
      for index in 0..<(spectra.map(\.count).max() ?? 0) {
        table.addPlace(of: module, index)
        for values in spectra { table.add(index < values.count ? values[index] : nil) }
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// base_spectra.csv: one row for each singular index of the base of each run.
enum BaseSpectraTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: ["run", "module", "index", "base_singular_value"])
    for module in analysis.modulesWithBase(\.baseSingularValues.isEmpty) {
      for (index, value) in module.baseSingularValues.enumerated() {
        table.addPlace(ofBase: module, index)
        table.add(value)
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// projection.csv: one row for each bin of the base's singular index and each step; each energy sums to one.
enum ProjectionTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "step", "module", "bin", "update_energy_right", "update_energy_left",
      "spectral_change", "first_order_change", "null_spectral_change",
    ])
    for module in analysis.modules {
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
    return table.bytes
  }
}

/// base_projection.csv: one row for each bin of the base of each run: its own energy, and what a random orientation of any
/// update would have there.
enum BaseProjectionTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "module", "bin", "base_energy", "null_energy_right", "null_energy_left",
    ])
    for module in analysis.modulesWithBase(\.projection.isEmpty) {
      for (index, bin) in module.projection.enumerated() {
        table.addPlace(ofBase: module, index)
        table.add(bin.baseEnergy)
        table.add(bin.nullEnergyRight)
        table.add(bin.nullEnergyLeft)
        table.endRow()
      }
    }
    return table.bytes
  }
}

extension Analysis {
  /// Of each module of each run the first result that has something of the base: a step at which the module had not
  /// changed has nothing.
  fileprivate func modulesWithBase(_ lacksBase: (ModuleAnalysis) -> Bool) -> [ModuleAnalysis] {
    var seen = Set<[String]>()
    return modules.filter { module in
      !lacksBase(module) && seen.insert([module.identity.run, module.identity.module]).inserted
    }
  }
}

extension CSVTable {
  fileprivate mutating func addPlace(of module: ModuleAnalysis, _ index: Int) {
    add(module.identity.run)
    add(module.identity.step)
    add(module.identity.module)
    add(index)
  }

  fileprivate mutating func addPlace(ofBase module: ModuleAnalysis, _ index: Int) {
    add(module.identity.run)
    add(module.identity.module)
    add(index)
  }
}
