/// The rules by which a run is judged.
public enum HealthRules {
  /// In the order of docs/health.md. A rule that is new joins by a line here.
  public static let all: [any HealthRule.Type] = [
    NonFiniteRule.self, CollapseRule.self, DivergenceRule.self,
    UpdateSizeRule.self,
  ]
}
