/// A request understood as a call of one of the API's routes.
enum Call: Sendable {
    case keys
    case values(costCenter: String, key: String, type: String?)
    case submit
    case status(queryID: String)
    case results(queryID: String, pageSize: String?, cursor: String?)

    /// Fails with 404 or 405 where the API has no such route.
    init(_ request: ServiceRequest) throws(SimulatorError) {
        guard let path = request.path else {
            throw SimulatorError(message: "the path holds a broken percent encoding")
        }
        switch (path.count, path.prefix(3)) {
        case (3, ["v2", "query-language", "keys"]): self = .keys
        case (5, ["v2", "query-language", "values"]):
            self = .values(costCenter: path[3], key: path[4], type: request.parameter("type"))
        case (4, ["v2", "data", "cost-usage"]) where path[3] == "generate-query": self = .submit
        case (5, ["v2", "data", "cost-usage"]) where path[4] == "status": self = .status(queryID: path[3])
        case (5, ["v2", "data", "cost-usage"]) where path[4] == "results":
            self = .results(
                queryID: path[3], pageSize: request.parameter("pageSize"), cursor: request.parameter("cursor"))
        default:
            throw SimulatorError(
                status: 404, code: "NOT_FOUND", message: "Cannot \(request.method) \(request.target)")
        }
        let method = route == .submit ? "POST" : "GET"
        guard request.method == method else {
            throw SimulatorError(
                status: 405, code: "METHOD_NOT_ALLOWED",
                message: "Cannot \(request.method) \(request.target): use \(method)")
        }
    }

    var route: SimulatorRoute {
        switch self {
        case .keys: .keys
        case .values: .values
        case .submit: .submit
        case .status: .status
        case .results: .results
        }
    }
}
