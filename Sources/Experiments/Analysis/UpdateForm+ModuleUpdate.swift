import Checkpoints
import LinearAlgebra
import Spectra
import Updates

extension ModuleUpdate {
  /// The larger unit roundoff of the two stored weights whose difference is the update; 0 for an adapter.
  fileprivate var roundoff: Double {
    switch source {
    case .adapter: 0
    case .adapted(let after):
      max(after.storageType.unitRoundoff, base?.storageType.unitRoundoff ?? 0)
    }
  }
}

extension UpdateForm {
  /// The update of a module in the form that is cheapest to measure. The difference of two stored weights is read
  /// in panels; the update of an adapter is computed from its parameters.
  init(_ update: ModuleUpdate, base: GroupBase?) throws {
    let roundoff = update.roundoff
    switch (update.source, base) {
    case (.adapted(let after), let base?):
      self.init(
        streaming: DifferencePanels(after: StoredPanels(after), before: base.panels),
        roundoff: roundoff)
    case (_, let base?):
      try self.init(update.update(of: base), base: base.panels, roundoff: roundoff)
    case (_, nil):
      try self.init(update.update(of: nil), roundoff: roundoff)
    }
  }
}
