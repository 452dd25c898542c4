public import ArgumentParser
public import Training

extension Curiosity.Schedule: ExpressibleByArgument {}

/// Bonuses for what is new to the policy, and the value function of objectives that need one.
struct ValueArguments: ParsableArguments {
  @Option(
    help: """
      ω of the bonus for answers that the policy finds unlikely (CDE). With a bonus, rewards of 0 … 1 are coded as \
      -1 … 1: a wrong answer of reward 0 could have none.
      """)
  var curiosity = TrainingSettings.default.curiosity

  @Option(
    help: "How ω falls over the steps: staircase ends it after a third, constant never.")
  var curiositySchedule = TrainingSettings.default.curiositySchedule

  @Option(
    help: "ω of the bonus for prefixes that value heads disagree about; with --value-heads.")
  var criticCuriosity = TrainingSettings.default.criticCuriosity

  @Option(help: "ppo: how many heads estimate the value; each learns from its own draw of answers.")
  var valueHeads = TrainingSettings.default.valueHeads

  @Option(help: "ppo: the learning rate of the value heads.")
  var valueRate = TrainingSettings.default.valueRate

  @Option(help: "ppo: how far a step may move a value before its loss is clipped.")
  var valueClip = TrainingSettings.default.valueClip

  @Option(help: "ppo: the discount of later rewards, γ.")
  var discount = TrainingSettings.default.discount

  @Option(help: "ppo: λ of generalised advantages; 1 takes the reward minus the value.")
  var gaeLambda = TrainingSettings.default.gaeLambda

  func set(_ settings: inout TrainingSettings) {
    settings.curiosity = curiosity
    settings.curiositySchedule = curiositySchedule
    settings.criticCuriosity = criticCuriosity
    settings.valueHeads = valueHeads
    settings.valueRate = valueRate
    settings.valueClip = valueClip
    settings.discount = discount
    settings.gaeLambda = gaeLambda
  }
}
