import HostLoop
import LuaRuntime

extension FuzzTarget {
    /// Programs against the limits: whatever a program does it ends, keeps to its memory, and leaves nothing behind.
    static let programs = FuzzTarget(
        // Its deadline, and the longest call that nothing interrupts: JSON that fills the memory, 0.2 s.
        "programs", takes: "eight bytes, the seed of a program", patience: 1,
        onLoop: { bytes in
            var reader = InputReader(bytes)
            let source = ProgramText.hostile(reader.word())
            let limit = 8 << 20
            let run = try await ScriptRun(source: source, memoryLimit: limit, seconds: 0.05)
            // A host call may go over the limit while it runs, by what it answers.
            try expect(run.memory.peak <= limit + 2 << 20, "\(run.memory) of memory was used")
            if let error = run.error {
                try expect(error.failure.code != "syntax" && !error.description.isEmpty, "\(error)\n\(source)")
            }
            // What a script that was stopped waited for is left as it is.
            if run.error?.failure.code == LuaFailure.stoppedCode { return }
            await run.settle()
            try expect(run.isGone, "the machine is still held")
        })
}
