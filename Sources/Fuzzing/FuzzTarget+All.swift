extension FuzzTarget {
    /// Every source of bytes that comes from outside.
    package static let all: [FuzzTarget] = [
        .pages, .json, .replies, .dates, .paths, .specifications, .cells, .configuration, .arguments,
        .scriptArguments, .settings, .state, .log, .names, .programs,
    ]
}

extension FuzzTarget {
    /// Counts pairs or bytes: shows that the bound on time finds what it is to find.
    package static func counting(squares: Bool) -> FuzzTarget {
        FuzzTarget("counting", takes: "anything") { bytes in
            var sum: UInt64 = 0
            for byte in bytes {
                for other in squares ? bytes[...] : bytes[..<1] { sum = (sum ^ UInt64(byte &+ other)) &* 31 }
            }
            try expect(sum != 1, "the sum is used")
        }
    }
}
