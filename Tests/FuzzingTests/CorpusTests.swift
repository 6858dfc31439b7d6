import Fuzzing
import HostLoop
import Testing

/// Every kept input, and changes of it that are the same at every run, through its target.
@Suite struct CorpusTests {
    /// Changed inputs of each target: what about a third of a second takes.
    private static let changed = [
        "pages": 2000, "json": 2000, "replies": 3000, "dates": 8000, "paths": 4000, "specifications": 3000,
        "cells": 2000,
        "configuration": 300, "arguments": 8000, "script-arguments": 40, "settings": 6000, "state": 25, "log": 2000,
        "names": 3000, "programs": 4,
    ]

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `a kept input and its changes break no property`(name: String) async throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let inputs = try corpus(of: name)
        try #require(inputs.count >= 2)
        let count = try #require(Self.changed[name])
        var mutator = Mutator(seed: 4, words: target.words)
        var all = inputs
        for index in 0..<count {
            let input = inputs[index % inputs.count]
            let other = inputs[(index / inputs.count) % inputs.count]
            all.append(("a change of \(input.name)", mutator.changed(input.bytes, other: other.bytes)))
        }
        let tried = all
        try await HostLoop.withVirtualClock {
            for (name, bytes) in tried {
                do {
                    try await target.runOnLoop(bytes)
                } catch {
                    Issue.record("\(target.name), \(name): \(error)\n\(shown(bytes))")
                    return
                }
            }
        }
    }

    @Test func `a reader whose time grows with the square is found`() throws {
        let slow = FuzzTarget.counting(squares: true)
        let fast = FuzzTarget.counting(squares: false)
        let bytes = [UInt8](repeating: 1, count: 1 << 16)
        try fast.run(bytes)
        #expect(throws: Finding.self) { try slow.run(bytes) }
    }
}
