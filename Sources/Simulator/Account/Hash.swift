/// A well mixed, bijective hash of 64 bits: the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
}

/// The same for several values in order.
func mix(_ first: UInt64, _ second: UInt64) -> UInt64 { mix(mix(first) ^ second) }

/// A number from 0 up to 1 made of a hash.
func fraction(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }

/// The hexadecimal digits of a hash, 16 of them.
func hexadecimal(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

/// FNV-1a of bytes, for what must be the same in every process.
func stableHash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return mix(hash)
}
