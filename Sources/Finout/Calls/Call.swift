/// One call of the API: what goes into each of its attempts.
struct Call: Sendable {
    let route: Route
    /// With the query, without the service's address.
    let target: String
    /// The call in words, for messages: `the status of query q_1`.
    let asked: String
    var body: [UInt8]?

    init(_ route: Route, target: String? = nil, asked: String, body: [UInt8]? = nil) {
        self.route = route
        self.target = target ?? route.template
        self.asked = asked
        self.body = body
    }
}
