// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: imports are private unless said otherwise, an import reaches only the file that names it, and
/// an existential is written `any`.
let fences: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// Targets that hold no pointer of their own: the compiler refuses any.
let safe = fences + [.strictMemorySafety()]

let strictC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]
let strictCXX: [CXXSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

/// Static: the code of Debian's own `lua5.4`, whose library calls are about 7 % faster than through the shared one.
let lua: [LinkerSetting] = [.linkedLibrary(":liblua5.4.a"), .linkedLibrary("m")]

let package = Package(
    name: "finlua",
    products: [.executable(name: "finlua", targets: ["finlua"])],
    targets: [
        // Debian's libraries.
        .systemLibrary(name: "CLua", providers: [.apt(["liblua5.4-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

        // The C and C++ parts.
        .target(name: "CSignal", cSettings: strictC),
        .target(name: "CConfinement", dependencies: ["CSeccomp"], cSettings: strictC),
        .target(name: "CPrivacy", cSettings: strictC),
        .target(name: "LuaBridge", dependencies: ["CLua"], cSettings: strictC, linkerSettings: lua),
        .target(
            name: "CRowDecoder", dependencies: ["CLua"], cSettings: strictC, cxxSettings: strictCXX,
            linkerSettings: [.linkedLibrary("simdjson")] + lua),
        .target(
            name: "LuaSQL", dependencies: ["CLua", "CSQLite", "LuaBridge", "CRowDecoder"], cSettings: strictC),

        // The Swift parts, each importing only what stands above it.
        .target(name: "Wording", swiftSettings: safe),
        .target(name: "Confinement", dependencies: ["CConfinement", "Wording"], swiftSettings: fences),
        .target(name: "RunLimits", dependencies: ["Wording"], swiftSettings: safe),
        .target(name: "Secrets", swiftSettings: fences),
        .target(name: "RowDecoder", dependencies: ["CRowDecoder"], swiftSettings: fences),
        .target(name: "HostLoop", dependencies: ["CCurl", "CSignal"], swiftSettings: fences),
        .target(
            name: "LuaRuntime",
            dependencies: ["CLua", "LuaBridge", "LuaSQL", "RowDecoder", "CRowDecoder", "HostLoop", "RunLimits"],
            resources: [.embedInCode("Lua")], swiftSettings: fences),
        .target(
            name: "StateStore", dependencies: ["CSQLite", "CCrypto", "Secrets", "HostLoop"], swiftSettings: fences),
        .target(
            name: "Finout", dependencies: ["Wording", "Secrets", "RunLimits", "RowDecoder", "HostLoop", "StateStore"],
            swiftSettings: safe),
        .target(name: "FinOps", dependencies: ["Wording"], swiftSettings: safe),
        .target(name: "Monitoring", swiftSettings: safe),
        .target(
            name: "Notify",
            dependencies: ["CCrypto", "Secrets", "RowDecoder", "HostLoop", "StateStore", "Finout", "FinOps"],
            swiftSettings: fences),
        .target(
            name: "ScriptAPI",
            dependencies: [
                "CZlib", "Wording", "RunLimits", "Confinement", "Secrets", "RowDecoder", "HostLoop", "LuaRuntime",
                "StateStore", "Finout", "FinOps", "Monitoring", "Notify", "CCrypto",
            ],
            resources: [.embedInCode("Lua"), .embedInCode("Report")], swiftSettings: fences),
        .target(
            name: "Simulator", dependencies: ["CMicroHTTPD", "Wording", "RowDecoder", "HostLoop"],
            swiftSettings: fences),
        .target(
            name: "Commands",
            dependencies: [
                "CPrivacy", "Wording", "RunLimits", "Confinement", "Secrets", "RowDecoder", "HostLoop", "LuaRuntime",
                "StateStore", "Finout", "Monitoring", "Notify", "ScriptAPI", "Simulator",
            ],
            resources: [.embedInCode("Lua")], swiftSettings: fences),
        .executableTarget(name: "finlua", dependencies: ["Commands"], swiftSettings: safe),

        // What ./scripts/bench runs; no part of finlua.
        .executableTarget(
            name: "Bench", dependencies: ["Finout", "FinOps", "StateStore", "HostLoop"], swiftSettings: safe),

        // What ./scripts/fuzz runs; no part of finlua.
        .target(name: "CFuzzer", cSettings: strictC),
        .target(
            name: "Fuzzing",
            dependencies: [
                "CLua", "CRowDecoder", "Wording", "Confinement", "Secrets", "RowDecoder", "HostLoop", "LuaRuntime",
                "StateStore", "Finout", "ScriptAPI", "Simulator", "Commands",
            ],
            swiftSettings: fences),
        .executableTarget(name: "Fuzz", dependencies: ["CFuzzer", "Fuzzing", "HostLoop"], swiftSettings: fences),

        .target(name: "CEscapes", path: "Tests/CEscapes", cSettings: strictC),
        .target(name: "Receiver", dependencies: ["CMicroHTTPD"], path: "Tests/Receiver", swiftSettings: fences),
        .testTarget(name: "ConfinementTests", dependencies: ["Confinement", "CEscapes"], swiftSettings: fences),
        .testTarget(name: "WordingTests", dependencies: ["Wording"], swiftSettings: fences),
        .testTarget(name: "SecretsTests", dependencies: ["Secrets", "Simulator"], swiftSettings: fences),
        .testTarget(
            name: "RowDecoderTests", dependencies: ["RowDecoder", "CRowDecoder", "CLua"], swiftSettings: fences),
        .testTarget(name: "HostLoopTests", dependencies: ["HostLoop"], swiftSettings: fences),
        .testTarget(
            name: "LuaRuntimeTests",
            dependencies: ["LuaRuntime", "LuaBridge", "CLua", "HostLoop", "RowDecoder", "RunLimits"],
            swiftSettings: fences),
        .testTarget(
            name: "StateStoreTests", dependencies: ["StateStore", "CSQLite", "HostLoop"], swiftSettings: fences),
        .testTarget(
            name: "SimulatorTests", dependencies: ["Simulator", "RowDecoder", "HostLoop"], swiftSettings: fences),
        .testTarget(
            name: "FinoutTests",
            dependencies: ["Finout", "StateStore", "RowDecoder", "HostLoop", "Simulator", "Bench"],
            swiftSettings: fences),
        .testTarget(name: "MonitoringTests", dependencies: ["Monitoring"], swiftSettings: fences),
        .testTarget(
            name: "NotifyTests", dependencies: ["Notify", "Receiver", "RowDecoder", "StateStore", "HostLoop"],
            exclude: ["Servers"], swiftSettings: fences),
        .testTarget(name: "FinOpsTests", dependencies: ["FinOps", "Bench"], swiftSettings: fences),
        .testTarget(
            name: "ScriptAPITests",
            dependencies: [
                "ScriptAPI", "Confinement", "LuaRuntime", "Finout", "Notify", "RowDecoder", "HostLoop", "Simulator",
            ],
            exclude: ["Scripts"], swiftSettings: fences),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "RunLimits", "Simulator", "RowDecoder", "HostLoop", "CSQLite", "CEscapes", "Bench",
                "Receiver",
            ],
            swiftSettings: fences),
        .testTarget(
            name: "FuzzingTests", dependencies: ["Fuzzing", "HostLoop"], swiftSettings: fences),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
