extension Chain {
    /// The places of pools in the order given.
    func checked(order: [String]) throws(FinOpsError) -> [Int] {
        var result: [Int] = []
        for name in order {
            guard let place = places[name] else {
                throw FinOpsError(.invalid, "The order names '\(name)', which is no pool.")
            }
            guard !result.contains(place) else {
                throw FinOpsError(.invalid, "The order names '\(name)' twice.")
            }
            result.append(place)
        }
        if let missing = pools.indices.first(where: { !result.contains($0) }) {
            throw FinOpsError(.invalid, "The order leaves out '\(pools[missing].name)'. It must name every pool once.")
        }
        return result
    }

    /// Each pool after those that serve it, otherwise as they were given.
    func natural() throws(FinOpsError) -> [Int] {
        var servers = pools.map { _ in 0 }
        for index in pools.indices { for next in followers(of: index) { servers[next] += 1 } }
        var order: [Int] = []
        var left = Set(pools.indices)
        while let next = pools.indices.first(where: { left.contains($0) && servers[$0] == 0 }) {
            left.remove(next)
            order.append(next)
            for follower in followers(of: next) { servers[follower] -= 1 }
        }
        guard left.isEmpty else {
            // Each pool that is left is served by one that is left: going backwards comes round.
            let path = circle(from: left.min() ?? 0) { place in
                pools.indices.first { left.contains($0) && followers(of: $0).contains(place) } ?? place
            }
            throw FinOpsError(
                .cycle,
                "These pools serve each other in a circle: \(names(path.reversed())). Give the order in which they pass on their costs, or use the reciprocal method."
            )
        }
        return order
    }

    /// Fails where the costs of a pool can reach neither a target nor a pool that keeps.
    func checkReach(sinks: Set<String>) throws(FinOpsError) {
        var reaching = Set(pools.indices.filter { sinks.contains(pools[$0].name) })
        var grown = true
        while grown {
            grown = false
            for index in pools.indices where !reaching.contains(index) {
                let reaches = pools[index].serves.contains { weight in
                    !weight.value.isZero && (places[weight.name].map(reaching.contains) ?? true)
                }
                if reaches {
                    reaching.insert(index)
                    grown = true
                }
            }
        }
        guard let stuck = pools.indices.first(where: { !reaching.contains($0) }) else { return }
        let path = circle(from: stuck) { followers(of: $0).first ?? $0 }
        throw FinOpsError(
            .unreachable,
            "The costs of these pools can never leave them: \(names(path)). One of them must serve a target.")
    }

    /// The pools that a pool serves.
    private func followers(of index: Int) -> [Int] {
        pools[index].serves.compactMap { $0.value.isZero ? nil : places[$0.name] }
    }

    /// The first circle that going from place to place comes to, its first place again at its end.
    private func circle(from start: Int, next: (Int) -> Int) -> [Int] {
        var path = [start]
        while true {
            let place = next(path[path.count - 1])
            if let first = path.firstIndex(of: place) { return path[first...] + [place] }
            path.append(place)
        }
    }

    private func names(_ path: [Int]) -> String { path.map { pools[$0].name }.joined(separator: " → ") }
}
