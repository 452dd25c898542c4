// swift-tools-version: 6.2

import PackageDescription

// Every target is compiled alike: existentials are spelled, imports are internal unless they are
// part of an interface, memory safety is strict, a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target
{
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name)] + dependencies,
    exclude: [], swiftSettings: strict)
}

let package = Package(
  name: "sigmascope",
  products: [
    .executable(name: "sigmascope", targets: ["SigmascopeCLI"]),
    // What other packages can use; Examples does.
    .library(name: "Adapters", targets: ["Adapters"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Diagnosis", targets: ["Diagnosis"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "Spectra", targets: ["Spectra"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "Training", targets: ["Training"]),
    // ΔW of every module of a checkpoint, for whoever wants no more.
    .library(name: "Updates", targets: ["Updates"]),
  ],
  traits: [
    .trait(
      name: "MPI", description: "Ranks of an MPI job share the work (needs Open MPI or MPICH).")
  ],
  dependencies: [
    // Subcommands, help, completion and exit codes of the command line (about 20 s of a build).
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The template of report.html (3 s of a build; no dependencies).
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // Configuration files of `train`; toml++ under it tells the line of a fault (12 s of a build).
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    // `swift package generate-documentation`, for `make docs` alone: no target depends on it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    // MPICH's headers are found by MPI_PKG=mpich.
    .systemLibrary(
      name: "COpenMPI", pkgConfig: Context.environment["MPI_PKG"] ?? "ompi-c",
      providers: [.apt(["libopenmpi-dev"])]),
    // Its hash of weights is xxHash, a header of Debian's libxxhash-dev: SHA-256 by swift-crypto took half of a clean
    // build (BoringSSL) for a hash that keeps nobody out.
    .target(name: "CKernels"),
    // Presets of studies and the small base, compiled in from notebooks-data, and the parts of pages.
    .target(name: "CEmbeddedFiles"),
    // A call to the system that has no function in C's library.
    .target(name: "CProcess"),
    library("Documents", []),
    library(
      "MessagePassing", [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))]),
    library("LinearAlgebra", ["COpenBLAS"]),
    library("Checkpoints", ["CKernels", "Documents"]),
    library("Adapters", ["Documents", "LinearAlgebra"]),
    library("Updates", ["Adapters", "Checkpoints", "Documents", "LinearAlgebra"]),
    library("Spectra", ["LinearAlgebra"]),
    library(
      "Merging",
      ["Adapters", "CKernels", "Checkpoints", "Documents", "LinearAlgebra", "Updates"]),
    library("Training", ["Adapters", "CKernels", "Checkpoints", "Documents", "LinearAlgebra"]),
    library("Diagnosis", ["Checkpoints", "LinearAlgebra", "Spectra"]),
    library("Studies", ["Diagnosis", "LinearAlgebra", "Spectra"]),
    library(
      "Experiments",
      [
        "Adapters", "Checkpoints", "Diagnosis", "Documents", "LinearAlgebra", "MessagePassing",
        "Spectra", "Studies", "Training", "Updates",
      ]),
    library(
      "Systems",
      [
        "Adapters", "Documents", "Experiments", "LinearAlgebra", "Studies", "Training",
      ]),
    library(
      "Reports",
      [
        "CEmbeddedFiles", "Diagnosis", "Documents", "LinearAlgebra", "Spectra", "Studies",
        .product(name: "Mustache", package: "swift-mustache"),
      ], exclude: ["Page/Web"]),
    .executableTarget(
      name: "SigmascopeCLI",
      dependencies: [
        "Adapters", "CEmbeddedFiles", "CProcess", "Checkpoints", "Diagnosis", "Documents",
        "Experiments",
        "LinearAlgebra", "Merging", "MessagePassing", "Reports", "Spectra", "Studies", "Systems",
        "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ], swiftSettings: strict),
    // Timings beside a twin in PyTorch; a part of no product.
    .executableTarget(
      name: "training-speed", dependencies: ["Adapters", "LinearAlgebra", "Training"],
      path: "Benchmarks/Training/training-speed", swiftSettings: strict),
    tests(of: "Documents"),
    tests(of: "LinearAlgebra"),
    tests(of: "Checkpoints", ["Documents"]),
    tests(of: "Adapters", ["Documents", "LinearAlgebra"]),
    tests(of: "Updates", ["Adapters", "Checkpoints", "Documents", "LinearAlgebra"]),
    tests(of: "Merging", ["Adapters", "Checkpoints", "Documents", "LinearAlgebra", "Updates"]),
    tests(of: "Spectra", ["Checkpoints", "LinearAlgebra"]),
    tests(of: "Training", ["Adapters", "Checkpoints", "Documents", "LinearAlgebra"]),
    tests(of: "Diagnosis", ["Checkpoints", "LinearAlgebra", "Spectra"]),
    tests(of: "Studies", ["Diagnosis", "LinearAlgebra", "Spectra"]),
    tests(
      of: "Experiments",
      [
        "Adapters", "Checkpoints", "Diagnosis", "Documents", "LinearAlgebra", "MessagePassing",
        "Spectra", "Studies", "Training", "Updates",
      ]),
    tests(
      of: "Systems",
      ["Adapters", "Documents", "Experiments", "LinearAlgebra", "Studies", "Training"]),
    tests(of: "Reports", ["Checkpoints", "Diagnosis", "Documents", "Spectra", "Studies"]),
    // They run the built program, and depend on it so that it is built.
    .testTarget(
      name: "CommandLineTests", dependencies: ["SigmascopeCLI", "CSpawn"], swiftSettings: strict),
    // Starts the program in tests; C, because Swift does not see the functions that it needs.
    .target(name: "CSpawn", path: "Tests/Spawning"),
    // Tests/Fuzz/run.sh attacks the readers through these; what it once found is read again by the tests.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Checkpoints", "Diagnosis", "Documents", "Experiments", "LinearAlgebra", "Reports",
        "Spectra",
        "Studies", "Training", "Updates", .product(name: "TOMLKit", package: "TOMLKit"),
      ], path: "Tests/Fuzz/Targets", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Replay",
      swiftSettings: strict),
    // They read the sources as text.
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ]
)

// The program of libFuzzer, which has no main function of its own: only run.sh builds it.
if Context.environment["SIGMASCOPE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
