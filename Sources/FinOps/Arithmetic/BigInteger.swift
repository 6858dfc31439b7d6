/// A whole number of any size, for what does not fit elsewhere: exact products, quotients and linear systems.
package struct BigInteger: Hashable, Sendable {
    /// Whether it is below zero; never so for zero.
    package private(set) var isNegative: Bool
    /// Least significant first, without zeros at the end.
    private(set) var limbs: [UInt64]

    package static let zero = BigInteger(isNegative: false, limbs: [])
    package static let one = BigInteger(isNegative: false, limbs: [1])

    private init(isNegative: Bool, limbs: [UInt64]) {
        var limbs = limbs
        while limbs.last == 0 { limbs.removeLast() }
        self.limbs = limbs
        self.isNegative = isNegative && !limbs.isEmpty
    }

    package init(isNegative: Bool = false, _ magnitude: UInt256) {
        let mask = UInt128(UInt64.max)
        self.init(
            isNegative: isNegative,
            limbs: [
                UInt64(magnitude.low & mask), UInt64(magnitude.low >> 64), UInt64(magnitude.high & mask),
                UInt64(magnitude.high >> 64),
            ])
    }

    package init(_ value: Int) {
        self.init(isNegative: value < 0, limbs: [UInt64(value.magnitude)])
    }

    /// 10 to a power of at least 0.
    package static func powerOfTen(_ exponent: Int) -> BigInteger {
        var result = one
        var rest = exponent
        while rest > 0 {
            result = result * BigInteger(isNegative: false, limbs: [UInt256.shortPowersOfTen[min(rest, 19)]])
            rest -= 19
        }
        return result
    }

    package var isZero: Bool { limbs.isEmpty }
    package var magnitude: BigInteger { BigInteger(isNegative: false, limbs: limbs) }

    /// Its magnitude; nil if that does not fit.
    package var magnitude256: UInt256? {
        guard limbs.count <= 4 else { return nil }
        func limb(_ index: Int) -> UInt128 { index < limbs.count ? UInt128(limbs[index]) : 0 }
        return UInt256(high: limb(3) << 64 | limb(2), low: limb(1) << 64 | limb(0))
    }

    package static prefix func - (value: BigInteger) -> BigInteger {
        BigInteger(isNegative: !value.isNegative, limbs: value.limbs)
    }

    package static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative == right.isNegative {
            return BigInteger(isNegative: left.isNegative, limbs: sum(left.limbs, right.limbs))
        }
        if isLess(left.limbs, right.limbs) {
            return BigInteger(isNegative: right.isNegative, limbs: difference(right.limbs, left.limbs))
        }
        return BigInteger(isNegative: left.isNegative, limbs: difference(left.limbs, right.limbs))
    }

    package static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

    package static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        guard !left.isZero, !right.isZero else { return zero }
        var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
        for (offset, factor) in left.limbs.enumerated() {
            var carry: UInt64 = 0
            for (index, limb) in right.limbs.enumerated() {
                let full = UInt128(factor) * UInt128(limb) + UInt128(product[offset + index]) + UInt128(carry)
                product[offset + index] = UInt64(truncatingIfNeeded: full)
                carry = UInt64(full >> 64)
            }
            product[offset + right.limbs.count] = carry
        }
        return BigInteger(isNegative: left.isNegative != right.isNegative, limbs: product)
    }
}

extension BigInteger: Comparable {
    package static func < (left: BigInteger, right: BigInteger) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? isLess(right.limbs, left.limbs) : isLess(left.limbs, right.limbs)
    }

    fileprivate static func isLess(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        guard left.count == right.count else { return left.count < right.count }
        for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
        return false
    }

    private static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        let (long, short) = left.count < right.count ? (right, left) : (left, right)
        var result = long
        var carry: UInt64 = 0
        for index in long.indices {
            let full = UInt128(long[index]) + UInt128(index < short.count ? short[index] : 0) + UInt128(carry)
            result[index] = UInt64(truncatingIfNeeded: full)
            carry = UInt64(full >> 64)
        }
        if carry != 0 { result.append(carry) }
        return result
    }

    /// Of a number and one that is not greater.
    private static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var result = left
        var borrow = false
        for index in left.indices {
            let (first, one) = left[index].subtractingReportingOverflow(index < right.count ? right[index] : 0)
            let (second, other) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            result[index] = second
            borrow = one || other
        }
        return result
    }
}

extension BigInteger {
    /// The quotient rounded down (towards minus infinity) and the remainder, which is from 0 to below the divisor.
    /// The divisor is above zero.
    package func flooredDivision(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
        precondition(!divisor.isZero && !divisor.isNegative, "a divisor must be above zero")
        let (quotient, remainder) = Self.divide(limbs, by: divisor.limbs)
        let whole = BigInteger(isNegative: isNegative, limbs: quotient)
        let rest = BigInteger(isNegative: false, limbs: remainder)
        guard isNegative, !rest.isZero else { return (whole, rest) }
        return (whole - .one, divisor - rest)
    }

    /// The quotient of a division that is known to leave nothing.
    package func exactQuotient(by divisor: BigInteger) -> BigInteger {
        let (quotient, remainder) = Self.divide(limbs, by: divisor.limbs)
        precondition(!remainder.contains { $0 != 0 }, "the division leaves a remainder")
        return BigInteger(isNegative: isNegative != divisor.isNegative, limbs: quotient)
    }

    /// Knuth, The Art of Computer Programming 2, algorithm 4.3.1 D.
    private static func divide(
        _ dividend: [UInt64], by divisor: [UInt64]
    ) -> (quotient: [UInt64], remainder: [UInt64]) {
        if isLess(dividend, divisor) { return ([], dividend) }
        if divisor.count == 1 { return divide(dividend, byLimb: divisor[0]) }
        let shift = divisor[divisor.count - 1].leadingZeroBitCount
        let low = shifted(divisor, left: shift)
        var rest = shifted(dividend, left: shift)
        if rest.count == dividend.count { rest.append(0) }
        let (top, second) = (low[low.count - 1], low[low.count - 2])
        var quotient = [UInt64](repeating: 0, count: rest.count - low.count)
        for offset in quotient.indices.reversed() {
            let head = UInt128(rest[offset + low.count]) << 64 | UInt128(rest[offset + low.count - 1])
            var guess = head / UInt128(top)
            var left = head % UInt128(top)
            while guess >> 64 != 0
                || guess.multipliedFullWidth(by: UInt128(second)) > (
                    0, left << 64 | UInt128(rest[offset + low.count - 2])
                )
            {
                guess -= 1
                left += UInt128(top)
                if left >> 64 != 0 { break }
            }
            if subtract(low, times: UInt64(guess), from: &rest, at: offset) {
                guess -= 1
                addBack(low, to: &rest, at: offset)
            }
            quotient[offset] = UInt64(guess)
        }
        return (quotient, shifted(Array(rest.prefix(low.count)), right: shift))
    }

    private static func divide(
        _ dividend: [UInt64], byLimb divisor: UInt64
    ) -> (quotient: [UInt64], remainder: [UInt64]) {
        var quotient = dividend
        var rest: UInt64 = 0
        for index in dividend.indices.reversed() {
            (quotient[index], rest) = divisor.dividingFullWidth((rest, dividend[index]))
        }
        return (quotient, [rest])
    }

    /// Whether more was taken away than there was.
    private static func subtract(
        _ limbs: [UInt64], times factor: UInt64, from rest: inout [UInt64], at offset: Int
    ) -> Bool {
        var carry: UInt64 = 0
        var borrow = false
        for index in 0...limbs.count {
            let full = (index < limbs.count ? UInt128(limbs[index]) * UInt128(factor) : 0) + UInt128(carry)
            carry = UInt64(full >> 64)
            let (first, one) = rest[offset + index].subtractingReportingOverflow(UInt64(truncatingIfNeeded: full))
            let (second, other) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            rest[offset + index] = second
            borrow = one || other
        }
        return borrow
    }

    private static func addBack(_ limbs: [UInt64], to rest: inout [UInt64], at offset: Int) {
        var carry: UInt64 = 0
        for index in 0...limbs.count {
            let full = UInt128(rest[offset + index]) + UInt128(index < limbs.count ? limbs[index] : 0) + UInt128(carry)
            rest[offset + index] = UInt64(truncatingIfNeeded: full)
            carry = UInt64(full >> 64)
        }
    }

    private static func shifted(_ limbs: [UInt64], left shift: Int) -> [UInt64] {
        guard shift > 0 else { return limbs }
        var result = limbs.map { $0 << UInt64(shift) }
        for index in limbs.indices.dropFirst() { result[index] |= limbs[index - 1] >> UInt64(64 - shift) }
        let over = limbs[limbs.count - 1] >> UInt64(64 - shift)
        if over != 0 { result.append(over) }
        return result
    }

    private static func shifted(_ limbs: [UInt64], right shift: Int) -> [UInt64] {
        guard shift > 0 else { return limbs }
        var result = limbs.map { $0 >> UInt64(shift) }
        for index in limbs.indices.dropLast() { result[index] |= limbs[index + 1] << UInt64(64 - shift) }
        return result
    }
}
