/// How eagerly queries are polled; also the operator's setting `FINLUA_POLL`.
public struct PollSettings: Hashable, Sendable {
    /// No query is asked for its status sooner than this after its submission.
    public var first: Duration = .seconds(1)
    /// The longest wait between two status calls of a query that may be done, while few queries run and the query is
    /// young. Finout: "poll every 5 seconds".
    public var max: Duration = .seconds(5)

    /// The defaults.
    public init() {}

    /// Settings from `first=1s,max=5s`. Fails with `bad_argument` that names the piece.
    public init(parsing text: String) throws(FinoutError) {
        let pairs: [(name: String, value: String)]
        switch SettingText.pairs(text) {
        case .success(let found): pairs = found
        case .failure(let piece): throw Self.refusal(piece.text, "is no name=value")
        }
        for (name, value) in pairs {
            guard let duration = SettingText.duration(value) else {
                throw Self.refusal("\(name)=\(value)", "holds no duration")
            }
            switch name {
            case "first": first = duration
            case "max": max = duration
            default: throw Self.refusal("\(name)=\(value)", "names nothing; there are first and max")
            }
        }
        if first > max { throw Self.refusal(text, "waits longer first than at most") }
    }

    private static func refusal(_ piece: String, _ problem: String) -> FinoutError {
        FinoutError(
            .badArgument, "The poll setting (FINLUA_POLL) holds '\(piece)', which \(problem).",
            hint: "Write it as first=1s,max=5s.")
    }
}
