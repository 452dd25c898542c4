/// How the command that runs takes its base, as errors put it: `give the base with --base`.
public enum BaseAdvice {
  /// Libraries know no commands, so the command says it once for all the work that it does.
  @TaskLocal package static var words = "with --base"
}
