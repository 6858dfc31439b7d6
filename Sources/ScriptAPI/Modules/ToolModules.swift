import Confinement
import HostLoop
import LuaRuntime
import RowDecoder

extension ScriptModule {
    /// `finlua.date`. `today` is the day that is today to the script.
    static func date(today: Day) -> ScriptModule {
        ScriptModule(
            name: "finlua.date", source: PackageResources.date_lua,
            native: [
                "today": NativeFunction(call: "date.today") { _ in
                    .values([.integer(Int64(today.daysSinceEpoch))])
                }
            ])
    }

    /// `finlua.json`.
    static var json: ScriptModule {
        ScriptModule(
            name: "finlua.json", source: PackageResources.json_lua,
            cFunctions: ["json_encode", "json_decode", "json_array"])
    }

    /// `finlua.group` and the two modules behind it.
    static var group: [ScriptModule] {
        [
            ScriptModule(name: "finlua.internal.rows", source: PackageResources.rows_lua),
            ScriptModule(
                name: "finlua.internal.sums", source: PackageResources.sums_lua,
                cFunctions: ["exact_sum", "groups", "groups_rows", "groups_row", "groups_list"]),
            ScriptModule(name: "finlua.group", source: PackageResources.group_lua, cFunctions: ["exact_sum"]),
        ]
    }

    /// `finlua.sql`.
    static var sql: ScriptModule {
        ScriptModule(
            name: "finlua.sql", source: PackageResources.sql_lua,
            cFunctions: [
                "sql_open", "sql_prepare", "sql_describe", "sql_bind", "sql_next", "sql_execute", "sql_close",
                "sql_loader",
                "sql_load_rows", "sql_load_row",
            ])
    }

    /// `finlua.csv`. A file may hold half as many bytes as the script may: its text and the bytes read stand side by side.
    @HostLoop
    static func csv(folders: GrantedFolders, memoryLimit: Int) -> ScriptModule {
        ScriptModule(
            name: "finlua.csv", source: PackageResources.csv_lua,
            native: [
                "read": NativeFunction(call: "csv.read") { arguments in
                    let path = try arguments.string(0, "path")
                    do throws(Refusal) {
                        return .values([.bytes(try folders.read(path, atMost: memoryLimit / 2))])
                    } catch {
                        throw LuaFailure(error)
                    }
                }
            ], cFunctions: ["csv_fault", "csv_parser", "csv_columns", "csv_place", "csv_next"])
    }

    /// `finlua.log`.
    @HostLoop
    static func log(_ write: @escaping @HostLoop (LogLine) -> Void) -> ScriptModule {
        ScriptModule(
            name: "finlua.log", source: PackageResources.log_lua,
            native: [
                "write": NativeFunction(call: "log") { arguments in
                    let level = LogLine.Level(rawValue: try arguments.string(0, "level")) ?? .info
                    let fields = try arguments.table(2, "fields").fields.sorted { $0.key < $1.key }
                    write(
                        LogLine(
                            level: level, message: try arguments.string(1, "message"),
                            fields: fields.map { (name: $0.key, value: logged($0.value)) }, time: HostLoop.now))
                    return .values([])
                }
            ])
    }

    private static func logged(_ value: LuaValue) -> LogLine.Value {
        switch value {
        case .boolean(let flag): .literal(flag ? "true" : "false")
        case .integer(let integer): .literal(String(integer))
        case .number(let number) where number.isFinite: .literal(NumberText.shortest(number))
        case .number(let number): .text("\(number)")
        case .string(let text): .text(text)
        default: .text(value.shown)
        }
    }

    /// `finlua.args`; `read` hears when a script reads its arguments.
    @HostLoop
    static func arguments(
        _ configuration: ScriptHostConfiguration, write: @escaping @HostLoop (UnsafeRawBufferPointer) -> Void,
        read: @escaping @HostLoop () -> Void
    ) -> ScriptModule {
        let program = configuration.program
        return ScriptModule(
            name: "finlua.args", source: PackageResources.args_lua,
            native: [
                "program": NativeFunction(call: "args") { _ in .values([.string(program)]) },
                "arguments": NativeFunction(call: "args") { _ in
                    read()
                    return .values([.table(LuaTable(array: configuration.arguments.map(LuaValue.string)))])
                },
                "own_options": NativeFunction(call: "args") { _ in
                    .values([.table(LuaTable(array: configuration.ownOptions.map(LuaValue.string)))])
                },
                "environment": NativeFunction(call: "args") { arguments in
                    let name = try arguments.string(0, "name")
                    guard let value = configuration.environment(name) else { return .values([]) }
                    do throws(Refusal) {
                        try configuration.folders.permissions.check(variable: name)
                        return .values([.string(value)])
                    } catch {
                        // A script may name any variable, and somebody may wonder why this one has no effect.
                        let hint = error.hint.map { "; \($0)" } ?? ""
                        configuration.log(
                            LogLine(
                                level: .warn, message: "$\(name) is ignored: \(error.message)\(hint)",
                                time: HostLoop.now))
                        return .values([])
                    }
                },
                "write": NativeFunction(call: "args") { arguments in
                    try arguments.bytes(0, "text").withUnsafeBytes { write($0) }
                    return .values([])
                },
                "usage": NativeFunction(call: "args") { arguments in
                    configuration.complain(
                        "\(program): \(try arguments.string(0, "message"))\n\(try arguments.string(1, "hint"))\n")
                    throw LuaFailure.exit(status: 2)
                },
                "exit": NativeFunction(call: "args") { arguments in
                    throw LuaFailure.exit(status: try arguments.integer(0, "status"))
                },
            ])
    }
}
