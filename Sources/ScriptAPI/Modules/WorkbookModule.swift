import HostLoop
import LuaRuntime

extension ScriptModule {
    /// `finlua.internal.workbook`, with the archive that its parts go to.
    @HostLoop
    static var workbook: ScriptModule {
        func function(
            _ body: @escaping @HostLoop (ZipStream, LuaArguments) throws -> [UInt8]
        ) -> NativeFunction {
            NativeFunction(call: "export.xlsx") { arguments in
                let zip = try arguments.object(0, "archive", as: ZipStream.self)
                return .values([.bytes(try scripted { try body(zip, arguments) })])
            }
        }
        return ScriptModule(
            name: "finlua.internal.workbook", source: PackageResources.workbook_lua,
            native: [
                "zip_open": NativeFunction(call: "export.xlsx") { _ in .values([.object(ZipStream())]) },
                "zip_begin": function { zip, arguments in zip.begin(try arguments.string(1, "name")) },
                "zip_add": function { zip, arguments in
                    try arguments.bytes(1, "text").withUnsafeBytes { zip.add($0) }
                },
                "zip_end": function { zip, _ in try zip.end() },
                "zip_finish": function { zip, _ in zip.finish() },
            ])
    }
}
