import HostLoop
import RowDecoder
import StateStore

/// The account's keys: asked for once in a run however many need them, and kept in the state for the runs beside it.
@HostLoop final class KeySource {
    /// Long enough for the jobs of one cron minute, short enough that a key made in Finout is soon there.
    static let cachedFor: Duration = .seconds(600)

    private let cache: KeyCache
    private let fetch: @HostLoop () async throws(FinoutError) -> [KeyInfo]
    private var fetched: Latch<Result<KeyCatalog, FinoutError>>?
    private var cached: KeyCatalog?

    init(cache: KeyCache, fetch: @escaping @HostLoop () async throws(FinoutError) -> [KeyInfo]) {
        self.cache = cache
        self.fetch = fetch
    }

    /// The keys as the API has them in this run.
    func catalog() async throws(FinoutError) -> KeyCatalog {
        if let fetched { return try await fetched.wait().get() }
        let latch = Latch<Result<KeyCatalog, FinoutError>>()
        fetched = latch
        // A task of its own: whoever asked first may be cancelled, the others still wait for the answer.
        HostLoop.task {
            let result: Result<KeyCatalog, FinoutError>
            do throws(FinoutError) {
                let keys = try await self.fetch()
                try self.keep(keys)
                result = .success(KeyCatalog(keys: keys))
            } catch {
                self.fetched = nil
                result = .failure(error)
            }
            latch.set(result)
        }
        return try await latch.wait().get()
    }

    /// What `meaning` makes of the keys: of those kept in the state, and of the API's own where they lack something.
    func resolve<Value>(
        _ meaning: (KeyCatalog) throws(FinoutError) -> Value
    ) async throws(FinoutError) -> Value {
        if fetched == nil, let kept = try kept() {
            do throws(FinoutError) { return try meaning(kept) } catch {
                guard error.code == .badQuery || error.code == .badResponse else { throw error }
            }
        }
        return try meaning(try await catalog())
    }

    private func kept() throws(FinoutError) -> KeyCatalog? {
        if let cached { return cached }
        let body = try stated { () throws(StateError) in try cache.body(since: HostLoop.now - Self.cachedFor) }
        guard let body, let entries = try? JSONValue(parsing: Array(body.utf8)).array else { return nil }
        let catalog = KeyCatalog(keys: entries.compactMap(KeyInfo.init))
        cached = catalog
        return catalog
    }

    private func keep(_ keys: [KeyInfo]) throws(FinoutError) {
        guard let bytes = try? JSONValue.array(keys.map(\.json)).serialized() else { return }
        try stated { () throws(StateError) in
            try cache.keep(String(decoding: bytes, as: UTF8.self), now: HostLoop.now)
        }
    }
}

extension KeyInfo {
    /// The keys of `GET /keys`. An entry that cannot be asked for is left out, not a reason to fail.
    static func list(_ response: HTTPResponse) throws(BrokenBody) -> [KeyInfo] {
        guard let entries = try response.body.parsed()["data"]?["keys"]?.array else {
            throw BrokenBody(reason: "data.keys is missing")
        }
        return entries.compactMap(KeyInfo.init)
    }

    /// A key as the API writes it; nil if its names are missing.
    fileprivate init?(_ entry: JSONValue) {
        guard let costCenter = entry["costCenter"]?.string, let key = entry["key"]?.string else { return nil }
        self.init(
            costCenter: costCenter, key: key, displayName: entry["displayName"]?.string ?? key,
            types: entry["types"]?.array?.compactMap(\.string) ?? [])
    }

    /// The key as the API writes it.
    fileprivate var json: JSONValue {
        [
            "costCenter": .string(costCenter), "key": .string(key), "displayName": .string(displayName),
            "types": .array(types.map { .string($0) }),
        ]
    }
}
