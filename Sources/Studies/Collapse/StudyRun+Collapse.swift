extension StudyRun {
  /// Where the fall began that lasted to the end; for a run that stopped early without one, the last step
  /// that it logged; nil for runs that are not lost.
  ///
  /// Unlike `collapse.collapseStep` it is nil for a run that came back. O(steps).
  public var lossStep: Int? { CollapseRecord(self).collapseStep }
}
