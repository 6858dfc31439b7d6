import Confinement
import HostLoop
import LuaRuntime
import RunLimits

extension ScriptModule {
    /// `finlua.internal.database`. `count` hears of bytes before they are written.
    @HostLoop
    static func database(
        folders: GrantedFolders, count: @escaping @HostLoop (Int) throws(LimitExcess) -> Void
    ) -> ScriptModule {
        // What a run adds to a database it has written goes on from there: the file under the final name may be the old one.
        var written: [(place: OutputPlace, file: DatabaseFile)] = []
        return ScriptModule(
            name: "finlua.internal.database", source: PackageResources.database_lua,
            native: [
                // (path): the database, its descriptor, whether it is new.
                "open": NativeFunction(call: "export.sqlite") { arguments in
                    let path = try arguments.string(0, "path")
                    let file = try scripted {
                        guard path != "-" else { return try DatabaseFile(nil) }
                        let place = try folders.output(path)
                        let earlier = written.first { $0.place.isSame(as: place) }
                        return try earlier.map { try DatabaseFile(after: $0.file) } ?? DatabaseFile(place)
                    }
                    return .values([.object(file), .integer(Int64(file.descriptor)), .boolean(file.isNew)])
                },
                // (database, file): all of it to an open output.
                "finish": NativeFunction(call: "export.sqlite") { arguments in
                    let database = try arguments.object(0, "database", as: DatabaseFile.self)
                    let file = try arguments.object(1, "file", as: OutputFile.self)
                    try scripted {
                        try database.finish { bytes in
                            try count(bytes.count)
                            try file.write(bytes)
                        }
                    }
                    return .values([])
                },
                // (database, path): the run goes on from it.
                "keep": NativeFunction(call: "export.sqlite") { arguments in
                    let path = try arguments.string(1, "path")
                    guard path != "-" else { return .values([]) }
                    let database = try arguments.object(0, "database", as: DatabaseFile.self)
                    let place = try scripted { try folders.output(path) }
                    written.removeAll { $0.place.isSame(as: place) }
                    written.append((place, database))
                    return .values([])
                },
            ],
            cFunctions: [
                "sql_open", "sql_shut", "sql_prepare", "sql_describe", "sql_bind", "sql_next", "sql_execute",
                "sql_close",
                "sql_loader", "sql_load_rows", "sql_load_row", "sql_load_query",
            ])
    }
}
