/// A kind of fault: its word, where it can happen and what it does; help and tests are made from `table`.
public struct FaultKind: Sendable {
    /// How often a fault of the kind happens when it does not say.
    public enum Rhythm: Sendable {
        case once
        case always
        /// Always, and nothing else can be said: there is no such thing as one request's clock.
        case constant

        var frequency: Fault.Frequency { self == .once ? .first(1) : .rate(1) }
    }

    /// The word after the colon, or what stands for a family of words.
    public let name: String
    /// Where it can happen.
    public let places: [FaultPlace]
    /// What happens, in one sentence.
    public let description: String
    /// How often, when a fault does not say.
    public let rhythm: Rhythm
    /// Words that name it: itself, or some of its family.
    public let examples: [String]
    private let isWord: @Sendable (String) -> Bool

    init(_ name: String, _ places: [FaultPlace], rhythm: Rhythm = .once, _ description: String) {
        self.name = name
        self.places = places
        self.description = description
        self.rhythm = rhythm
        examples = [name]
        isWord = { $0 == name }
    }

    init(
        family name: String, _ places: [FaultPlace], rhythm: Rhythm, examples: [String], _ description: String,
        isWord: @escaping @Sendable (String) -> Bool
    ) {
        self.name = name
        self.places = places
        self.description = description
        self.rhythm = rhythm
        self.examples = examples
        self.isWord = isWord
    }

    /// Whether this word names the kind.
    public func means(_ word: String) -> Bool { isWord(word) }

    /// The kind of a word at a place.
    public static func named(_ word: String, at place: FaultPlace) -> FaultKind? {
        table.first { $0.places.contains(place) && $0.means(word) }
    }

    /// HTTP statuses that may stand for a kind.
    static let statuses = Set((400...599).map(String.init))

    /// Every kind there is.
    public static let table: [FaultKind] = requestKinds + echoKinds + answerKinds

    /// Ways to send the credentials back. Any of these words takes a form behind a dot.
    private static let echoKinds: [FaultKind] = [
        FaultKind(
            family: "echo[.FORM]", FaultPlace.requests, rhythm: .once, examples: ["echo", "echo.base64-2"],
            "sends the credentials back as a key's name, a value, an id, a status, a row; FORM of this and the next "
                + "two is \(EchoForm.allCases.map(\.rawValue).joined(separator: ", "))"
        ) { Echo($0)?.place == .data },
        FaultKind(
            family: "echo-header[.FORM]", FaultPlace.requests, rhythm: .once, examples: ["echo-header"],
            "answers as it should, with the credentials in x-request-id and other headers"
        ) { Echo($0)?.place == .headers },
        FaultKind(
            family: "echo-400[.FORM] to echo-599", FaultPlace.requests, rhythm: .once,
            examples: ["echo-400", "echo-500"],
            "answers this status, with the credentials in every text of its envelope and in headers"
        ) { Echo($0)?.status != nil },
    ]

    /// What can happen to any request.
    private static let requestKinds: [FaultKind] = [
        FaultKind(
            family: "400-599", FaultPlace.requests, rhythm: .once,
            examples: ["400", "401", "403", "404", "408", "410", "422", "424", "429", "500", "502", "503", "504"],
            "answers this HTTP status with the API's error envelope and a fitting code"
        ) { statuses.contains($0) },
        FaultKind("redirect", FaultPlace.requests, "answers 302 and names another path of the same server"),
        FaultKind("reset", FaultPlace.requests, "closes the connection without an answer"),
        FaultKind("truncate", FaultPlace.requests, "answers with the first half of the JSON, as if that were all"),
        FaultKind("garbage", FaultPlace.requests, "answers 200 with a page of HTML"),
        FaultKind("empty", FaultPlace.requests, "answers 200 with no body"),
        FaultKind(
            "wrong-length", FaultPlace.requests, "announces the whole body, sends half and closes the connection"),
        FaultKind("surplus", FaultPlace.requests, "announces half of the body and sends all of it"),
        FaultKind("gzip", FaultPlace.requests, "compresses the body"),
        FaultKind("gzip-short", FaultPlace.requests, "compresses the body and sends half of that, as if it were all"),
        FaultKind("slow", FaultPlace.requests, "holds the answer back for 20 ms, real time"),
        FaultKind("drip", FaultPlace.requests, "sends the body in 40 small pieces, 1 ms apart"),
        FaultKind("bytes", FaultPlace.requests, "sends every byte of the body by itself, without a pause"),
        FaultKind("mute", FaultPlace.requests, "takes the request and sends nothing until the client gives up"),
        FaultKind("stall", FaultPlace.requests, "sends half of the body, then nothing until the client gives up"),
    ]

    private static let answerKinds: [FaultKind] = [
        FaultKind(
            "early-102", [.results], rhythm: .always, "answers early calls with 102, as the docs say, not with 202"),
        FaultKind("not-ready", [.results], "says that the query still runs although its status was completed"),
        FaultKind("expire", [.results], "the results expire now: 410 from this request on"),
        FaultKind("repeat-page", [.results], "sends the first page's rows again in place of a later page's"),
        FaultKind("short", [.results], "leaves the last row of a page out"),
        FaultKind("duplicate-row", [.results], "sends the last row of a page twice"),
        FaultKind("stuck-cursor", [.results], "sends the cursor that was asked with as the next cursor"),
        FaultKind("early-end", [.results], "says that a page is the last although more follow"),
        FaultKind("no-pagination", [.results], "leaves pagination out"),
        FaultKind("other-window", [.results], "sends rows of 52 weeks before the window that was asked for"),
        FaultKind("wrong-total", [.status, .results], "says totalRows is one more than it is"),
        FaultKind("no-total", [.status, .results], rhythm: .always, "does not say totalRows"),
        FaultKind("lower", [.status], rhythm: .always, "writes the status in lower case, as the docs' table has it"),
        FaultKind("unknown", [.status], "answers a status that no documentation names"),
        FaultKind("premature", [.status], "says completed while the query runs, and later that it runs after all"),
        FaultKind("back", [.status], "says running although the query has completed"),
        FaultKind("same-id", [.submit], "answers with the id of the submission before it"),
        FaultKind(
            "first-type", [.values], rhythm: .always, "takes the first type where none is given, as the docs' FAQ says"),
        FaultKind("fail", [.query], "the query fails"),
        FaultKind("expire", [.query], "the results expire the moment the query completes"),
        FaultKind("stall", [.query], "the query runs for ever"),
        FaultKind("string", [.amounts], rhythm: .always, "amounts are numeric strings"),
        FaultKind("bare", [.amounts], rhythm: .always, "measurements are bare numbers, without amount and unit"),
        FaultKind("words", [.amounts], "amounts are words, not numbers"),
        FaultKind("timestamp", [.interval], rhythm: .always, "the interval's value is a full timestamp"),
        FaultKind("capital", [.interval], rhythm: .always, "the interval's name begins with a capital letter"),
        FaultKind("error-field", [.errors], rhythm: .always, "the error envelope is {requestId, error, message}"),
        FaultKind(
            family: "+TIME, -TIME", [.clock], rhythm: .constant, examples: ["+7m", "-7m", "+5h", "-5h"],
            "the server's clock is ahead of or behind the client's, as +7m, -90s or +5h"
        ) { ClockSkew.parse($0) != nil },
        FaultKind("silent", [.limits], rhythm: .always, "there are no rate-limit headers and no Retry-After"),
        FaultKind(
            "draft-8", [.limits], rhythm: .always, "ratelimit has the form of IETF draft 8, beside a ratelimit-policy"),
        FaultKind(
            "draft-6", [.limits], rhythm: .always, "there are ratelimit-limit, -remaining and -reset, and no others"),
        FaultKind(
            "account-only", [.limits], rhythm: .always, "there is x-account-ratelimit-*, for the route, and no other"),
        FaultKind("endpoint-only", [.limits], rhythm: .always, "there is x-endpoint-ratelimit-* and no other"),
        FaultKind("epoch", [.limits], rhythm: .always, "resets are seconds since 1970 by the server's clock"),
        FaultKind("epoch-ms", [.limits], rhythm: .always, "resets are milliseconds since 1970 by the server's clock"),
        FaultKind("date", [.limits], rhythm: .always, "Retry-After is a date by the server's clock"),
        FaultKind("no-retry-after", [.limits], rhythm: .always, "there is no Retry-After, whatever else there is"),
        FaultKind("negative", [.limits], rhythm: .always, "every number of a rate-limit header is -1"),
        FaultKind("words", [.limits], rhythm: .always, "every number of a rate-limit header is a word"),
        FaultKind("huge", [.limits], rhythm: .always, "every reset and Retry-After is 99999999 seconds, three years"),
        FaultKind("blank", [.limits], rhythm: .always, "every rate-limit header is empty"),
        FaultKind(
            "disagree", [.limits], rhythm: .always, "every rate-limit header comes twice, first with twice the reset"),
    ]
}
