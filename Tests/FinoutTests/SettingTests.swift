import Finout
import HostLoop
import Testing

struct SettingTests {
    @Test func `limits are read from their text`() throws {
        let settings = try LimitSettings(parsing: "status=30/60s, submit=10/1m,daily=500,running=7,inflight=2")
        #expect(settings.limit(of: RouteTable.status) == RateLimit(30, per: .seconds(60)))
        #expect(settings.limit(of: RouteTable.submit) == RateLimit(10, per: .seconds(60)))
        #expect(settings.limit(of: RouteTable.keys) == RateLimit(50, per: .seconds(60)))
        #expect((settings.dailySubmissions, settings.runningQueries, settings.inFlight) == (500, 7, 2))
        #expect(try LimitSettings(parsing: "") == LimitSettings())
    }

    @Test(arguments: [
        "status", "status=50", "status=0/60s", "status=50/0s", "states=50/60s", "daily=x", "status=50/60y",
    ])
    func `a limit that cannot be read is named`(text: String) {
        let error = #expect(throws: FinoutError.self) { try LimitSettings(parsing: text) }
        #expect(error?.code == .badArgument)
        #expect(error?.message.contains("'\(text)'") == true)
    }

    @Test func `the poll setting is read from its text`() throws {
        let settings = try PollSettings(parsing: "first=500ms,max=10s")
        #expect(settings.first == .milliseconds(500) && settings.max == .seconds(10))
    }

    @Test(arguments: ["first", "first=fast", "last=1s", "first=9s,max=2s", "first=-1s", "first=0.0001ms"])
    func `a poll setting that cannot be read is refused`(text: String) {
        #expect(throws: FinoutError.self) { try PollSettings(parsing: text) }
    }

    @Test(arguments: [
        "https://app.finout.io", "https://app.finout.io/", "http://127.0.0.1:8080", "http://localhost:1",
        "http://[::1]:9",
        "https://proxy.example/finout",
    ])
    func `https and loopback addresses are accepted`(text: String) throws {
        _ = try BaseURL(text)
    }

    @Test(arguments: [
        "http://app.finout.io", "app.finout.io", "ftp://127.0.0.1", "https://", "https://user@app.finout.io",
        "http://127.0.0.1.example.com", "http://localhost.example.com", "https://a b", "https://a/?x=1", "",
    ])
    func `any other address is refused`(text: String) {
        let error = #expect(throws: FinoutError.self) { try BaseURL(text) }
        #expect(error?.code == .badArgument)
    }

    @Test func `a segment of a path is escaped whole`() {
        #expect(PercentEncoding.encode("Virtual Tags/Ünit?") == "Virtual%20Tags%2F%C3%9Cnit%3F")
    }

    @Test func `a path a script spelled belongs to the route it has`() {
        #expect(RouteTable.route(method: "GET", path: "/v2/data/cost-usage/q_1/status").name == "status")
        #expect(RouteTable.route(method: "GET", path: "/v2/query-language/values/AWS/region").name == "values")
        let one = RouteTable.route(method: "GET", path: "/v2/virtual-tags/7f1a-22")
        #expect(one.name == RouteTable.route(method: "GET", path: "/v2/virtual-tags/9b0c-11").name)
        #expect(one.repetition == .safe && one.limit == RateLimit(50, per: .seconds(60)))
        #expect(RouteTable.route(method: "POST", path: "/v2/virtual-tags").repetition == .never)
        #expect(RouteTable.route(method: "POST", path: "/v2/data/cost-usage/generate-query").name == "submit")
    }
}
