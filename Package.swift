// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: strict, and warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Where scripts/static-libraries has put static C libraries: found there first, they are linked.
let staticArchives: [LinkerSetting] = [.unsafeFlags(["-L\(Context.packageDirectory)/.build-static"])]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    embedding files: [String] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: files.map { .embedInCode($0) },
        swiftSettings: strict
    )
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + [arguments], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "steve",
    products: [
        .library(name: "SteveClient", targets: ["SteveClient"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        // The kernel's and the libraries' C, one thin target each.
        .target(name: "CLinux"),
        .systemLibrary(name: "CFuse", providers: [.apt(["libfuse3-dev"])]),
        .systemLibrary(name: "CXattr"),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),

        // Pure: no clock, no descriptor, no environment.
        library("Vocabulary"),
        library("Jobserver", ["Vocabulary"]),
        library("Wire", ["Vocabulary"]),
        // The page of a trace is drawn by a script that an editor can read.
        library("Reports", ["Vocabulary", "Wire"], embedding: ["Trace/page.js", "Trace/page.css"]),
        library("Squashfs"),

        // The outside world as owned, typed values.
        library("Linux", ["CLinux", system]),
        // What a server has promised, in memory that outlives it.
        library("Ledger", ["CLinux", "Linux", system]),
        .target(
            name: "Fuse",
            dependencies: ["CFuse", "Ledger", "Linux", "Vocabulary", system],
            swiftSettings: strict,
            linkerSettings: staticArchives
        ),

        // Joined.
        library(
            "SteveDaemon",
            ["Jobserver", "Reports", "Vocabulary", "Wire", "Linux", "Ledger", "Fuse", system]
        ),
        library("SteveClient", ["Wire", "Linux", system]),
        .target(
            name: "Packing",
            dependencies: ["Squashfs", "SteveClient", "Linux", "CXattr", "CZstd", system],
            swiftSettings: strict,
            linkerSettings: staticArchives
        ),

        // What our command lines have in common.
        library("Options", ["Wire", "Linux", arguments, system]),

        program("steve", ["SteveDaemon", "Options", "Wire"]),
        program("stevectl", ["Options", "Reports", "SteveClient", "Wire", "Linux", system]),
        program("with-steve", ["Options", "Reports", "SteveClient", "Wire", "Linux", system]),
        program("steve-squash", ["Options", "Packing", "Squashfs", "SteveClient", "Wire", "Linux"]),

        // `make simulate`: the core under a virtual clock.
        .executableTarget(
            name: "steve-simulate",
            dependencies: ["Jobserver", "Vocabulary", arguments],
            path: "Sources/Simulator",
            swiftSettings: strict
        ),

        tests("Jobserver", ["Jobserver", "Vocabulary", "TestKit"]),
        tests("Wire", ["Vocabulary", "Wire", "TestKit"]),
        tests("Reports", ["Reports", "Vocabulary", "Wire", "TestKit"]),
        tests("Linux", ["Linux", "TestKit", system]),
        tests("Ledger", ["Ledger", "Linux", "TestKit", system]),
        tests("Squashfs", ["Squashfs", "Packing", "SteveClient", "Linux", "TestKit", system]),
        tests(
            "Fuse",
            ["CLinux", "Fuse", "Ledger", "Linux", "Vocabulary", "TestKit", "AllocationProbe", system]
        ),
        // Counts what the path of a token allocates.
        .executableTarget(
            name: "AllocationProbe",
            dependencies: ["CAllocations", "Fuse", "Ledger", "TestKit", "Vocabulary", system],
            path: "Tests/AllocationProbe",
            swiftSettings: strict
        ),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        tests("SteveClient", ["SteveClient", "Wire", "Linux", "TestKit", system]),
        tests(
            "Tool",
            ["Wire", "Reports", "SteveClient", "Linux", "TestKit", "steve", "stevectl", "with-steve", system]
        ),
        tests(
            "SteveDaemon",
            [
                "SteveDaemon", "Jobserver", "Vocabulary", "Wire", "Linux", "Ledger", "Fuse", "TestKit",
                "Scenarios", system,
            ]
        ),
        // What the device promises, acted out on the fake kernel and on a real one.
        .target(name: "CAgent", path: "Tests/ScenarioAgent"),
        .target(
            name: "Scenarios",
            dependencies: ["Wire", "Linux", system],
            path: "Tests/Scenarios",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "steve-scenarios",
            dependencies: ["Scenarios", "CAgent", arguments, system],
            path: "Tests/ScenarioRunner",
            swiftSettings: strict
        ),
        .target(
            name: "TestKit",
            dependencies: ["CLinux", "CFuse", "Linux", system],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
    ]
)

// `make fuzz`: what libFuzzer drives links with -sanitize=fuzzer alone.
if Context.environment["STEVE_FUZZ"] != nil {
    package.targets += [
        .target(name: "CFuzzDriver", path: "Tests/Fuzz/Driver"),
        .executableTarget(
            name: "fuzz-device",
            dependencies: ["CFuzzDriver", "Fuse", "Ledger", "TestKit", "Vocabulary", system],
            path: "Tests/Fuzz/Device",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        ),
        .executableTarget(
            name: "fuzz-text",
            dependencies: ["CFuzzDriver", "Reports", "Vocabulary", "Wire", system],
            path: "Tests/Fuzz/Text",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
}
