/// A setting that only the environment or the configuration file gives. The only table of them.
enum HostVariable: String, CaseIterable, Sendable {
    case clientID = "FINOUT_CLIENT_ID"
    case secretKey = "FINOUT_SECRET_KEY"
    case secretKeyFile = "FINOUT_SECRET_KEY_FILE"
    case limits = "FINLUA_LIMITS"
    case poll = "FINLUA_POLL"

    /// Whether it holds a part of the credentials or says where one is: no script ever knows it.
    var isSecret: Bool {
        switch self {
        case .clientID, .secretKey, .secretKeyFile: true
        default: false
        }
    }

    var help: String {
        switch self {
        case .clientID: "the client id of the account's token"
        case .secretKey: "its secret key"
        case .secretKeyFile: "a file with the secret key, which only its owner may read"
        case .limits:
            "limits other than the documented ones: status=50/60s,submit=50/60s,daily=10000,running=50,inflight=5"
        case .poll: "how soon a query is asked for its status, and its longest wait while few run: first=1s,max=5s"
        }
    }
}

extension Environment {
    subscript(variable: HostVariable) -> String? { self[variable.rawValue] }
}
