/// What a machine is given: limits, where output goes, where modules are.
public struct LuaConfiguration {
    /// Bytes that Lua and the host buffers charged to it may hold.
    public var memoryLimit: Int
    /// Receives what `print` writes, in large pieces.
    public var output: (UnsafeRawBufferPointer) -> Void
    /// Receives each Lua warning.
    public var warn: (String) -> Void
    /// Folders `require` searches, in order: the script's, then those of --lua-path. As they are to be shown.
    public var modulePaths: [String]

    /// A configuration; by default output and warnings go nowhere.
    public init(
        memoryLimit: Int = 256 << 20,
        output: @escaping (UnsafeRawBufferPointer) -> Void = { _ in },
        warn: @escaping (String) -> Void = { _ in },
        modulePaths: [String] = []
    ) {
        self.memoryLimit = memoryLimit
        self.output = output
        self.warn = warn
        self.modulePaths = modulePaths
    }
}
