import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import RunLimits
import Secrets

extension ScriptModule {
    /// `finlua.export` and what stands behind it. `print` is where the script's `print` goes, so that order is kept;
    /// `count` hears of bytes before they are written to a file; `warn` of what somebody should look at; `terminalWidth` gives
    /// the columns of the terminal that standard output is, nil where it is none.
    @HostLoop
    static func export(
        outputs: RunOutputs, version: String, print: @escaping @HostLoop (UnsafeRawBufferPointer) -> Void,
        warn: @escaping @HostLoop (String) -> Void,
        count: @escaping @HostLoop (Int) throws(LimitExcess) -> Void,
        terminalWidth: @escaping @HostLoop () -> Int?
    ) -> [ScriptModule] {
        [
            ScriptModule(
                name: "finlua.internal.text_table", source: PackageResources.text_table_lua,
                cFunctions: ["number_text"]),
            ScriptModule(name: "finlua.internal.columns", source: PackageResources.columns_lua),
            ScriptModule(
                name: "finlua.internal.formats", source: PackageResources.formats_lua,
                native: [
                    "terminal_width": NativeFunction(call: "export") { _ in
                        .values(terminalWidth().map { [.integer(Int64($0))] } ?? [])
                    }
                ], cFunctions: ["csv_record", "ndjson_record"]),
            ScriptModule(
                name: "finlua.internal.sheet", source: PackageResources.sheet_lua, cFunctions: ["number_text"]),
            ScriptModule(name: "finlua.internal.sheet_chart", source: PackageResources.sheet_chart_lua),
            .workbook,
            ScriptModule(
                name: "finlua.internal.manifest", source: PackageResources.manifest_lua,
                native: [
                    "replaced": NativeFunction(call: "export") { arguments in
                        let path = try arguments.string(0, "path")
                        let bytes = try scripted { try outputs.replaced(path) }
                        return .values(bytes.map { [.string(String(decoding: $0, as: UTF8.self))] } ?? [])
                    },
                    "digest": NativeFunction(call: "export") { arguments in
                        .values([.string(Digest.text(of: Array(try arguments.string(0, "text").utf8)))])
                    },
                    "scrubbed": NativeFunction(call: "export") { arguments in
                        .values([.string(KnownSecrets.scrubber.scrubbed(try arguments.string(0, "text")))])
                    },
                    "version": NativeFunction(call: "export") { _ in .values([.string(version)]) },
                    "now": NativeFunction(call: "export") { _ in .values([.string("\(HostLoop.now)")]) },
                    "warn": NativeFunction(call: "export") { arguments in
                        warn(try arguments.string(0, "text"))
                        return .values([])
                    },
                    "changed": NativeFunction(call: "export") { arguments in
                        outputs.note(
                            OutputChanges(
                                path: try arguments.string(0, "path"), text: try arguments.string(1, "text"),
                                json: try arguments.string(2, "changes")))
                        return .values([])
                    },
                ],
                cFunctions: ["groups", "groups_row", "groups_list"]),
            ScriptModule(name: "finlua.internal.partitions", source: PackageResources.partitions_lua),
            ScriptModule(name: "finlua.internal.focus", source: PackageResources.focus_lua),
            ScriptModule(name: "finlua.export", source: PackageResources.export_lua),
            ScriptModule(
                name: "finlua.internal.output", source: PackageResources.output_lua,
                native: [
                    "open": NativeFunction(call: "export") { arguments in
                        let path = try arguments.string(0, "path")
                        let makesFolders = !arguments.isAbsent(1)
                        return .values([.object(try scripted { try outputs.open(path, makingFolders: makesFolders) })])
                    },
                    "write": NativeFunction(call: "export") { arguments in
                        let file = try arguments.object(0, "file", as: OutputFile.self)
                        let bytes = try arguments.bytes(1, "text")
                        try scripted {
                            try count(bytes.count)
                            try bytes.withUnsafeBytes { try file.write($0) }
                        }
                        return .values([])
                    },
                    "write_query": NativeFunction(call: "export") { arguments in
                        try writeQuery(arguments, count)
                    },
                    "is_unchanged": NativeFunction(call: "export") { arguments in
                        .values([.boolean(outputs.isUnchanged(try arguments.object(0, "file", as: OutputFile.self)))])
                    },
                    "digest": NativeFunction(call: "export") { arguments in
                        let file = try arguments.object(0, "file", as: OutputFile.self)
                        return .values([.string(file.digest.text), .integer(Int64(file.bytes))])
                    },
                    "commit": NativeFunction(call: "export") { arguments in
                        let file = try arguments.object(0, "file", as: OutputFile.self)
                        try scripted {
                            if file.isForStandardOutput {
                                // Standard output counts what it is handed once more.
                                try count(-file.bytes)
                                try file.copy { print($0) }
                            } else if try outputs.stage(file), arguments.isAbsent(1) {
                                warn("\(file.shown) was written before in this run; only what was written last stays")
                            }
                        }
                        return .values([.string(file.shown)])
                    },
                    "discard": NativeFunction(call: "export") { arguments in
                        try arguments.object(0, "file", as: OutputFile.self).discard()
                        return .values([])
                    },
                ]),
        ]
    }

    // The rows of a query go from its pages to the file; only their number comes to Lua.
    @HostLoop
    private static func writeQuery(
        _ arguments: LuaArguments, _ count: @escaping @HostLoop (Int) throws(LimitExcess) -> Void
    ) throws -> HostAnswer {
        let file = try arguments.object(0, "file", as: OutputFile.self)
        let query = try arguments.object(1, "query", as: ScriptQuery.self)
        let style = try arguments.table(2, "style").fields
        let format: RowFormat =
            style["format"]?.string == "csv"
            ? .csv(guarded: isTrue(style["guard"]), lineFeed: isTrue(style["line_feed"])) : .ndjson
        let columns = try arguments.table(3, "fields").array.compactMap(\.string)
        let names = arguments.isAbsent(4) ? nil : try arguments.table(4, "names").array.compactMap(\.string)
        return .wait {
            try await scripted {
                let source = query.query.rows()
                let buffer = RowBuffer()
                let tally = RowTally()
                while try await source.advance() {
                    try source.reader.write(format, columns: columns, names: names, into: buffer, tally: tally)
                    try buffer.withBytes { bytes in
                        try count(bytes.count)
                        try file.write(bytes)
                    }
                    buffer.clear()
                }
                let sums = columns.indices.map { index in
                    tally.sum(ofColumn: index).map(LuaValue.string) ?? .boolean(false)
                }
                return [.integer(Int64(source.reader.rowsRead)), .table(LuaTable(array: sums))]
            }
        }
    }

    private static func isTrue(_ value: LuaValue?) -> Bool {
        if case .boolean(true) = value { true } else { false }
    }
}
