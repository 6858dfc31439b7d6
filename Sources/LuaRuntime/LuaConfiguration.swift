internal import HostLoop
public import RunLimits

/// What a machine is given: limits, where output goes, where modules are.
public struct LuaConfiguration {
    /// Bytes that Lua and the host buffers charged to it may hold.
    public var memoryLimit: Int
    /// What tasks, rows and memory are counted by; nil: nobody counts, and only memory has a limit.
    public var meter: RunMeter?
    /// Receives what `print` writes, in large pieces.
    public var output: (UnsafeRawBufferPointer) -> Void
    /// Receives each Lua warning.
    public var warn: (String) -> Void
    /// Folders `require` searches, in order: the script's, then those of --lua-path. As they are to be shown.
    public var modulePaths: [String]
    /// Reads a module's file, by the number of its folder in `modulePaths` and its path below it; nil where there is none.
    /// Fails where there is one that the script may not read.
    public var readModule: @HostLoop (_ folder: Int, _ file: String) throws(LuaFailure) -> [UInt8]? = {
        (_, _) throws(LuaFailure) in nil
    }

    /// A configuration; by default output and warnings go nowhere.
    public init(
        memoryLimit: Int = 256 << 20,
        output: @escaping (UnsafeRawBufferPointer) -> Void = { _ in },
        warn: @escaping (String) -> Void = { _ in },
        modulePaths: [String] = [],
        meter: RunMeter? = nil
    ) {
        self.memoryLimit = memoryLimit
        self.meter = meter
        self.output = output
        self.warn = warn
        self.modulePaths = modulePaths
    }
}
