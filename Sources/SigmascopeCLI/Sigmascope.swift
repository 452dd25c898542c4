import ArgumentParser

@main
struct Sigmascope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sigmascope", abstract: "A spectral microscope for fine-tuning.")
}
