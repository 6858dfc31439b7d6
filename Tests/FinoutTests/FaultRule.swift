import Finout
import Simulator
import Testing

/// How often a fault of the matrix happens.
enum FaultTimes: String, Sendable, CaseIterable {
    case once = "1", twice = "2", always = "100%"
}

/// What a run under a fault comes to.
enum FaultEnd: Sendable, Equatable {
    /// The rows of the undisturbed run, all of them.
    case right
    /// An error of this code, whose message holds this.
    case error(FinoutError.Code, naming: String)
}

/// A case of the matrix: one fault, alone or with what makes it show, and the one end it may have.
struct FaultRule: Sendable, CustomTestStringConvertible {
    let faults: [String]
    let end: FaultEnd

    init(faults: [String], end: FaultEnd) {
        self.faults = faults
        self.end = end
    }

    private init(_ faults: [String]) { self.init(faults: faults, end: .right) }

    private init(_ faults: [String], ends code: FinoutError.Code, naming: String) {
        self.init(faults: faults, end: .error(code, naming: naming))
    }

    var testDescription: String { faults.joined(separator: " ") }

    /// The faults that meet a request; a clock meets none, it is.
    var metFaults: Int { faults.count { !$0.hasPrefix("clock:") } }
    /// A client that always says the type never meets it.
    var isNeverMet: Bool { faults[0].contains("first-type") }

    /// Every kind of the table at every place it can have, once, twice and always.
    static let matrix: [FaultRule] = FaultKind.table.flatMap { kind in
        kind.places.flatMap { place in kind.examples.flatMap { word in rules(kind, place, word) } }
    }

    /// Requests of an undisturbed run, at least.
    static let requestCount = 12

    /// What a run may die of, once, at each of its requests.
    static let steps: [FaultRule] = [
        "401", "404", "429", "500", "redirect", "reset", "truncate", "garbage", "empty", "wrong-length", "surplus",
    ].flatMap { word in
        (1...requestCount).map { FaultRule(faults: ["any:\(word):1@\($0)"], end: end(.any, word, .once)) }
    }

    /// Several at once, by chance, in a storm, and in the middle of a result.
    static let combinations: [FaultRule] = [
        FaultRule(["keys:reset:2", "values:500", "submit:reset", "status:reset", "results:reset"]),
        FaultRule(["any:500:25%"]), FaultRule(["any:429:25%"]), FaultRule(["any:reset:15%"]),
        FaultRule(["any:429:20"]), FaultRule(["any:429:20", "limits:silent"]),
        FaultRule(["status:premature:2", "results:early-102:1"]),
        FaultRule(["results:not-ready:3", "status:unknown:2", "status:lower"]),
        FaultRule(["status:no-total", "results:no-total"]),
        FaultRule(["any:503:3", "errors:error-field", "amounts:string", "interval:timestamp"]),
        FaultRule(["any:gzip", "any:500:2", "results:bytes", "results:drip"]),
        FaultRule(["any:429:3", "limits:draft-8", "limits:epoch-ms", "limits:disagree", "clock:-5h"]),
        FaultRule(["results:duplicate-row:2@2"]), FaultRule(["results:repeat-page:1@2"]),
        FaultRule(["results:401:1@2"], ends: .unauthorized, naming: "HTTP 401 UNAUTHORIZED"),
        FaultRule(["results:expire@3"], ends: .resultsExpired, naming: "HTTP 410 RESULTS_EXPIRED"),
        FaultRule(["results:other-window@3"], ends: .incomplete, naming: "outside"),
        FaultRule(["results:wrong-total@2"], ends: .incomplete, naming: "were announced"),
        FaultRule(["results:early-end@2"], ends: .incomplete, naming: "is the last and brings the rows to"),
    ]

    /// Whatever is about the bytes of an answer, once.
    static let split: [FaultRule] = matrix.filter { rule in
        guard let fault = try? Fault(rule.faults[0]), fault.frequency == .first(1) else { return false }
        switch fault.place {
        case .results, .amounts, .interval: return true
        case .keys: return Int(fault.kind) == nil && fault.kind != "mute"
        default: return false
        }
    }

    private static func rules(_ kind: FaultKind, _ place: FaultPlace, _ word: String) -> [FaultRule] {
        if kind.rhythm == .constant {
            return company(place, word).map { FaultRule(faults: ["\(place.rawValue):\(word)"] + $0, end: .right) }
        }
        return FaultTimes.allCases.flatMap { times in
            company(place, word).map { company in
                FaultRule(
                    faults: ["\(place.rawValue):\(word):\(times.rawValue)"] + company, end: end(place, word, times))
            }
        }
    }

    /// Faults without which a fault would not show: each list is a case of its own.
    private static func company(_ place: FaultPlace, _ word: String) -> [[String]] {
        switch (place, word) {
        // A header's form and a clock matter to whoever is refused.
        case (.limits, "huge"): [["any:429"]]
        case (.limits, _): [["any:429:2", "status:429:2"]]
        case (.clock, _):
            [[], ["any:429:2", "limits:epoch", "limits:no-retry-after"], ["any:429:2", "limits:date"]]
        case (.errors, _): [["any:500:2"]]
        case (.results, "early-102"): [["status:premature:100%"]]
        default: [[]]
        }
    }

    /// The rule of a kind. A kind without one is a defect of this table.
    private static func end(_ place: FaultPlace, _ word: String, _ times: FaultTimes) -> FaultEnd {
        switch place {
        case .keys, .values, .submit, .status, .results, .any: requestEnd(place, word, times)
        case .query:
            switch word {
            case "fail": .error(.queryFailed, naming: "failed after")
            case "expire": .error(.resultsExpired, naming: "no longer kept")
            case "stall": .error(.deadline, naming: "still 'running'")
            default: unknown(place, word)
            }
        case .amounts:
            word == "words" && times == .always
                ? .error(.badResponse, naming: "\"a lot\"; expected a number") : .right
        case .interval, .errors, .clock: .right
        case .limits: word == "huge" ? .error(.rateLimited, naming: "HTTP 429 RATE_LIMIT_EXCEEDED") : .right
        }
    }

    private static func requestEnd(_ place: FaultPlace, _ word: String, _ times: FaultTimes) -> FaultEnd {
        switch word {
        // Final at once: no other attempt would end otherwise.
        case "400", "422": .error(.badQuery, naming: "HTTP \(word) BAD_REQUEST: Bad request (request ")
        case "401": .error(.unauthorized, naming: "HTTP 401 UNAUTHORIZED")
        case "403": .error(.unauthorized, naming: "HTTP 403 FORBIDDEN")
        case "404": .error(.notFound, naming: "HTTP 404 NOT_FOUND")
        case "410": .error(.resultsExpired, naming: "HTTP 410 RESULTS_EXPIRED")
        case "424": .error(.queryFailed, naming: "HTTP 424 QUERY_FAILED")
        case "redirect": .error(.badResponse, naming: "HTTP 302")
        // What is said of a query is words; everything else that holds a credential is refused.
        case "echo", "echo.base64-2":
            place == .status
                ? healed(times, else: .deadline, naming: "[secret]")
                : .error(.badResponse, naming: "a body that holds a [")
        case "echo-header": .right
        case "echo-400": .error(.badQuery, naming: "HTTP 400 BAD_REQUEST [secret] [client id]")
        case "echo-500": healed(times, else: .unavailable, naming: "HTTP 500 INTERNAL_SERVER_ERROR [secret]")
        case "429": healed(times, else: .rateLimited, naming: "HTTP 429 RATE_LIMIT_EXCEEDED")
        case "408", "500", "502", "503", "504": healed(times, else: .unavailable, naming: "HTTP \(word)")
        case "reset", "wrong-length": healed(times, else: .unavailable, naming: "127.0.0.1:")
        case "mute", "stall": healed(times, else: .unavailable, naming: "sent nothing for 0.03 s")
        case "truncate", "garbage", "surplus", "gzip-short":
            healed(times, else: .badResponse, naming: "not what the API documents")
        // An empty answer of the results is how early calls may be answered, too.
        case "empty" where place == .results: healed(times, else: .badResponse, naming: "not ready 10 times")
        case "empty": healed(times, else: .badResponse, naming: "it is empty")
        case "gzip", "slow", "drip", "bytes", "lower", "first-type", "early-102", "no-total", "premature": .right
        case "unknown": healed(times, else: .deadline, naming: "'finalizing'")
        case "back": healed(times, else: .deadline, naming: "'running'")
        case "same-id": .error(.badResponse, naming: "was given before")
        case "not-ready": healed(times, else: .badResponse, naming: "not ready 10 times")
        case "expire": .error(.resultsExpired, naming: "HTTP 410 RESULTS_EXPIRED")
        case "wrong-total" where place == .status:
            .error(.incomplete, naming: "were announced")
        case "wrong-total": healed(times, else: .incomplete, naming: "were announced")
        // Only the end shows that a row is missing on the way.
        case "short": .error(.incomplete, naming: "is the last and brings the rows to")
        case "early-end": healed(times, else: .incomplete, naming: "is the last and brings the rows to")
        case "repeat-page", "duplicate-row": healed(times, else: .incomplete, naming: "repeats")
        // The next page shows it, and the cursor that it should have been asked with is not known.
        case "stuck-cursor": .error(.incomplete, naming: "repeats")
        case "no-pagination": healed(times, else: .badResponse, naming: "pagination")
        case "other-window": healed(times, else: .incomplete, naming: "outside")
        default: unknown(place, word)
        }
    }

    /// Right where the fault ends before the attempts do.
    private static func healed(_ times: FaultTimes, else code: FinoutError.Code, naming: String) -> FaultEnd {
        times == .always ? .error(code, naming: naming) : .right
    }

    private static func unknown(_ place: FaultPlace, _ word: String) -> FaultEnd {
        .error(.badArgument, naming: "no rule for \(place.rawValue):\(word)")
    }
}
