/// Systems of linear equations in whole numbers, solved exactly.
enum LinearSystem {
    /// The solutions `numerators / denominator` of `matrix * x = right`, for each column of `right`; nil where there is
    /// none or more than one. The denominator is above zero.
    ///
    /// Elimination without fractions after Bareiss (1968): each division by the pivot before leaves nothing, and in the
    /// end every place of the diagonal holds the determinant.
    static func solve(
        _ matrix: [[BigInteger]], _ right: [[BigInteger]]
    ) -> (numerators: [[BigInteger]], denominator: BigInteger)? {
        var rows = zip(matrix, right).map { $0 + $1 }
        var previous = BigInteger.one
        for column in rows.indices {
            guard let found = rows.indices.first(where: { $0 >= column && !rows[$0][column].isZero }) else {
                return nil
            }
            rows.swapAt(column, found)
            let pivot = rows[column]
            for row in rows.indices where row != column {
                let factor = rows[row][column]
                for place in rows[row].indices {
                    rows[row][place] = (pivot[column] * rows[row][place] - factor * pivot[place])
                        .exactQuotient(by: previous)
                }
            }
            previous = pivot[column]
        }
        let numerators = rows.map { row in row[matrix.count...].map { previous.isNegative ? -$0 : $0 } }
        return (numerators, previous.magnitude)
    }
}

extension BigInteger {
    /// How many times another above zero it is, to a double's precision.
    func ratio(to other: BigInteger) -> Double {
        // Bits far below what a double holds are cut off both alike, so that neither becomes infinite.
        let cut = max(0, max(limbs.count, other.limbs.count) - 15)
        func double(_ value: BigInteger) -> Double {
            value.limbs.dropFirst(cut).reversed().reduce(0) { $0 * 0x1p64 + Double($1) }
        }
        return double(self) / double(other) * (isNegative ? -1 : 1)
    }
}
