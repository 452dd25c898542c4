extension Analysis {
  /// The modules of one run's last analysed step.
  package func lastModules(of run: RunAnalysis) -> [ModuleAnalysis] {
    guard let step = run.steps.last?.step else { return [] }
    return modules.filter { $0.identity.run == run.name && $0.identity.step == step }
  }
}
