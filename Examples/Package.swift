// swift-tools-version: 6.2

import PackageDescription

// What a package looks like that uses Sigmascope as a library. It is one of its own, so that it sees what others see:
// the products alone. CI builds and runs it.
let package = Package(
  name: "sigmascope-examples",
  dependencies: [
    // Named, as the folder of a clone may be called anything.
    .package(name: "sigmascope", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "read-updates",
      dependencies: [
        .product(name: "Checkpoints", package: "sigmascope"),
        .product(name: "LinearAlgebra", package: "sigmascope"),
        .product(name: "Updates", package: "sigmascope"),
      ]),
    .executableTarget(
      name: "own-metric",
      dependencies: [
        .product(name: "Checkpoints", package: "sigmascope"),
        .product(name: "LinearAlgebra", package: "sigmascope"),
        .product(name: "Spectra", package: "sigmascope"),
        .product(name: "Updates", package: "sigmascope"),
      ]),
    .executableTarget(
      name: "train-five-steps",
      dependencies: [
        .product(name: "Checkpoints", package: "sigmascope"),
        .product(name: "Training", package: "sigmascope"),
      ]),
    // The examples on the landing pages. They are compiled here because only a package of its own sees what others see.
    .testTarget(
      name: "LandingPageTests",
      dependencies: [
        "Adapters", "Checkpoints", "Diagnosis", "LinearAlgebra", "Spectra", "Studies", "Training",
        "Updates",
      ].map { .product(name: $0, package: "sigmascope") }),
  ]
)
