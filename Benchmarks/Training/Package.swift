// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that building sigmascope never builds its benchmark.
let package = Package(
  name: "training-benchmark",
  dependencies: [
    // Named, as the folder of a clone may be called anything.
    .package(name: "sigmascope", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "training-speed",
      dependencies: [
        .product(name: "Adapters", package: "sigmascope"),
        .product(name: "LinearAlgebra", package: "sigmascope"),
        .product(name: "Training", package: "sigmascope"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
      ])
  ]
)
