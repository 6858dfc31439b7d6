/// A kind of fault: its word, where it can happen and what it does; help and tests are made from `table`.
public struct FaultKind: Sendable {
    /// The word after the colon.
    public let name: String
    /// Where it can happen.
    public let places: [FaultPlace]
    /// What happens, in one sentence.
    public let description: String
    /// Holds for every request when no count or rate is given; the others happen once.
    public let isStanding: Bool

    init(_ name: String, _ places: [FaultPlace], standing: Bool = false, _ description: String) {
        self.name = name
        self.places = places
        self.description = description
        isStanding = standing
    }

    /// HTTP statuses that may stand for a kind.
    public static let statuses = Set((400...599).map(String.init))

    /// Stands for any HTTP status from 400 to 599.
    public static let status = FaultKind(
        "400-599", FaultPlace.requests, "answers this HTTP status with the API's error envelope and a fitting code")

    /// Every kind there is.
    public static let table: [FaultKind] = [
        status,
        FaultKind("reset", FaultPlace.requests, "closes the connection without an answer"),
        FaultKind("truncate", FaultPlace.requests, "answers with the first half of the JSON, as if that were all"),
        FaultKind("garbage", FaultPlace.requests, "answers 200 with a page of HTML"),
        FaultKind("empty", FaultPlace.requests, "answers 200 with no body"),
        FaultKind(
            "wrong-length", FaultPlace.requests, "announces the whole body, sends half and closes the connection"),
        FaultKind("drip", FaultPlace.requests, "sends the body in 40 small pieces, 5 ms apart"),
        FaultKind("stall", FaultPlace.requests, "sends half of the body, then nothing until the client gives up"),
        FaultKind(
            "early-102", [.results], standing: true, "answers early calls with 102, as the docs say, not with 202"),
        FaultKind("repeat-page", [.results], "sends the first page's rows again in place of a later page's"),
        FaultKind("short", [.results], "leaves the last row of a page out"),
        FaultKind("duplicate-row", [.results], "sends the last row of a page twice"),
        FaultKind("stuck-cursor", [.results], "sends the cursor that was asked with as the next cursor"),
        FaultKind("early-end", [.results], "says that a page is the last although more follow"),
        FaultKind("wrong-total", [.results], "says totalRows is one more than it is"),
        FaultKind("lower", [.status], standing: true, "writes the status in lower case, as the docs' table has it"),
        FaultKind("unknown", [.status], "answers a status that no documentation names"),
        FaultKind(
            "first-type", [.values], standing: true, "takes the first type where none is given, as the docs' FAQ says"),
        FaultKind("fail", [.query], "the query fails"),
        FaultKind("expire", [.query], "the results expire the moment the query completes"),
        FaultKind("stall", [.query], "the query runs for ever"),
        FaultKind("string", [.amounts], standing: true, "amounts are numeric strings"),
        FaultKind("bare", [.amounts], standing: true, "measurements are bare numbers, without amount and unit"),
        FaultKind("timestamp", [.interval], standing: true, "the interval's value is a full timestamp"),
        FaultKind("capital", [.interval], standing: true, "the interval's name begins with a capital letter"),
        FaultKind("error-field", [.errors], standing: true, "the error envelope is {requestId, error, message}"),
        FaultKind("draft-8", [.limits], standing: true, "the ratelimit header has the form of IETF draft 8"),
        FaultKind("silent", [.limits], standing: true, "there are no rate-limit headers and no Retry-After"),
    ]
}
