import HostLoop
import RowDecoder
import Simulator
import Testing

@Suite struct RoutesTests {
    @Test func `a query is queued, runs, completes and gives its rows in the documented shapes`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let asked = body(today - 30, today - 1, dimensions: [key("AWS|region|billing_dimension")])
            let submitted = try await visitor.submit(asked)
            #expect(submitted.status == 200)
            #expect(submitted.json.object?.map(\.name) == ["requestId", "data"])
            let id = try #require(submitted.queryID)
            #expect(id.hasPrefix("q_") && id.count == 34)

            let queued = try await visitor.status(id)
            #expect(queued.json["data"] == ["status": "QUEUED"])
            try await HostLoop.sleep(for: .milliseconds(1_900))
            #expect(try await visitor.status(id).json["data"] == ["status": "RUNNING"])
            try await HostLoop.sleep(for: .seconds(8))
            let completed = try await visitor.status(id)
            #expect(completed.json["data"]?.object?.map(\.name) == ["status", "completedAt", "expiredAt", "totalRows"])
            #expect(completed.json["data"]?["status"] == "COMPLETED")
            #expect(completed.json["data"]?["completedAt"] == "Nov 20, 2026 7:00 am")
            #expect(completed.json["data"]?["expiredAt"] == "Nov 21, 2026 7:00 am")

            let page = try await visitor.results(id)
            #expect(page.status == 200)
            #expect(page.json.object?.map(\.name) == ["requestId", "pagination", "data"])
            #expect(page.json["pagination"]?.object?.map(\.name) == ["hasMore", "totalRows", "nextCursor"])
            #expect(page.json["pagination"]?["totalRows"] == completed.json["data"]?["totalRows"])
            #expect(page.json["data"]?.array?.count == 100)
            let first = try #require(page.json["data"]?[0])
            #expect(first.object?.map(\.name) == ["AWS_billing_dimension_region", "day", "netAmortizedCost_sum"])
            #expect(first["netAmortizedCost_sum"]?.object?.map(\.name) == ["amount"])
            #expect(visitor.server.report.isClean)
        }
    }

    /// The request body that Finout's documentation shows.
    private static let documentedBody = """
        {"date":{"unixTimeMillisecondsStart":1767225600000,"unixTimeMillisecondsEnd":1769817600000},
        "timeInterval":{"interval":"day"},"measurements":[{"type":"usageAmount","sortDirection":"descending"}],
        "dimensions":[{"costCenter":"AWS","key":"extracted_resource","type":"tag"}],"filters":{"AND":[
        {"costCenter":"AWS","key":"region","displayName":"Regions","operator":"oneOf","type":"billing_dimension",
        "value":["us-east-1","us-east-2","eu-central-1"]},{"costCenter":"Global","key":"cost_center_type",
        "displayName":"Cost Center","operator":"oneOf","type":"billing_dimension","value":["AWS"]}]},"rowLimit":10000}
        """

    @Test func `the documented example is answered`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let body = Array(Self.documentedBody.utf8)
            let path = "/v2/data/cost-usage/generate-query"
            let id = try #require(try await visitor.send("POST", path, body: body).queryID)
            try await HostLoop.sleep(for: .seconds(10))
            let rows = try await visitor.rows(id)
            let tagged = rows.filter { $0["AWS_tag_extracted_resource"] != nil }
            #expect(Set(rows.compactMap { $0["day"]?.string }).count == 31)
            #expect(tagged.count > 3_000)
            #expect(tagged.allSatisfy { $0["usageAmount_sum"]?["unit"]?.string != nil })
        }
    }

    @Test func `usage carries its unit, and no data is an empty page`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let usage = body(
                today - 10, today - 5, measurements: [["type": "usageAmount", "operator": "max"]],
                filters: condition("AWS|sub_service|billing_dimension", "is", ["Metrics"]))
            let row = try #require(try await visitor.results(visitor.complete(usage)).json["data"]?[0])
            #expect(row["usageAmount_max"]?.object?.map(\.name) == ["amount", "unit"])
            #expect(row["usageAmount_max"]?["unit"] == "Metric Datapoints")

            let nothing = body(today - 2_000, today - 1_950)
            let empty = try await visitor.results(visitor.complete(nothing)).json
            #expect(empty["pagination"] == ["hasMore": false, "totalRows": 0])
            #expect(empty["data"] == [])
        }
    }

    @Test func `results are what the reference evaluation says, page by page`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let asked = body(
                today - 20, today,
                measurements: [
                    ["type": "netAmortizedCost"], ["type": "usageAmount"], ["type": "listCost", "operator": "avg"],
                ],
                dimensions: [
                    key("AWS|project code|tag"), key("Virtual Tags|Team|virtual_tag"),
                    key("AWS|équipe|tag"), key("Global|service|billing_dimension"),
                ], rowLimit: 100_000)
            let expected = try account.evaluate(asked)
            let id = try await visitor.complete(asked)
            #expect(expected.count > 1_000)
            #expect(try await visitor.rows(id) == expected)
            #expect(try await visitor.rows(id, pageSize: 997) == expected)
        }
    }

    @Test func `the row limit cuts what is sent, and totalRows tells what there is`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let dimensions = [key("AWS|usage_type|billing_dimension"), key("AWS|aws_account_name|tag")]
            let id = try await visitor.complete(body(today - 50, today, dimensions: dimensions))
            let all = try account.evaluate(body(today - 50, today, dimensions: dimensions))
            #expect(all.count > 1_000)
            #expect(try await visitor.status(id).json["data"]?["totalRows"]?.integer == Int64(all.count))
            #expect(try await visitor.rows(id) == Array(all.prefix(1_000)))
        }
    }

    @Test func `keys and values come as documented, awkward ones too`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let keys = try #require(try await visitor.keys().json["data"]?["keys"]?.array)
            #expect(keys.count == DemoKey.all.count)
            #expect(keys[0].object?.map(\.name) == ["costCenter", "key", "displayName", "types"])
            #expect(
                keys.contains([
                    "costCenter": "Kubernetes", "key": "app", "displayName": "app",
                    "types": ["k8s_pod_label", "k8s_node_label"],
                ]))
            #expect(
                try await visitor.values("AWS/kubernetes.io%2Fcluster%2Fprod").json["data"]?["values"]
                    == ["owned", "shared"])
            let equipe = try await visitor.values("AWS/%C3%A9quipe?type=tag").json["data"]?["values"]?.array
            #expect(equipe?.contains("réseau & plateforme") == true)
            #expect(
                try await visitor.values("Oracle%20Cloud/sku_unit_description").json["data"]?["values"]
                    == ["Gigabyte Storage Capacity Per Month", "OCPU Hours"])
            #expect(
                try await visitor.values("AWS/project%20code").json["data"]?["values"]?.array?
                    .contains(#"Q4 "launch", phase 1"#) == true)
        }
    }

    @Test func `a key of two types wants one to be named`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let ambiguous = try await visitor.values("Kubernetes/app")
            #expect(ambiguous.status == 400 && ambiguous.code == "BAD_REQUEST")
            #expect(
                ambiguous.message
                    == "Multiple types found for the requested key. Please specify type. Available types: k8s_pod_label, k8s_node_label"
            )
            #expect(
                try await visitor.values("Kubernetes/app?type=k8s_node_label").json["data"]?["values"] == ["karpenter"])
            for path in ["Kubernetes/app?type=tag", "AWS/nope", "Nope/service", "AWS/region?type=tag"] {
                let answer = try await visitor.values(path)
                #expect(answer.status == 400 && answer.code == "BAD_REQUEST", "\(path)")
                #expect(answer.message == "Invalid cost center, key or type provided", "\(path)")
            }
            let lenient = try Visitor(["values:first-type"])
            let values = try await lenient.values("Kubernetes/app").json["data"]?["values"]?.array
            #expect(values?.contains("cart") == true)
        }
    }

    @Test func `every key has values, and grouping by it finds exactly these`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor { $0.limits = $0.limits.scaled(by: 10) }
            for entry in DemoKey.all {
                for type in entry.types {
                    var path = entry.costCenter.addingEscapes + "/" + entry.key.addingEscapes
                    path += "?type=\(type)"
                    let values = try #require(try await visitor.values(path).json["data"]?["values"]?.array, "\(path)")
                    let field = "\(entry.costCenter)_\(type)_\(entry.key)"
                    let rows = try account.evaluate(
                        body(
                            account.firstDay, account.today, interval: "month",
                            dimensions: [key("\(entry.costCenter)|\(entry.key)|\(type)")]))
                    let found = Set(rows.compactMap { $0[field]?.string })
                    #expect(!values.isEmpty && Set(values.compactMap(\.string)) == found, "\(path)")
                }
            }
        }
    }

    @Test func `wrong credentials, paths, methods and bodies are refused`() async throws {
        try await HostLoop.withVirtualClock {
            let stranger = try Visitor(configure: { $0.headers[1].value = "wrong" })
            #expect(try await stranger.keys().status == 401)
            let nobody = try Visitor(configure: { $0.headers = [] })
            #expect(try await nobody.submit(body(today, today)).code == "UNAUTHORIZED")

            let visitor = try Visitor { $0.limits.bodyBytes = 4_096 }
            #expect(try await visitor.send("GET", "/v2/megabill/query-language/keys").status == 404)
            #expect(try await visitor.send("GET", "/v2/query-language/values/AWS").status == 404)
            #expect(try await visitor.send("GET", "/v2/data/cost-usage/generate-query").status == 405)
            #expect(try await visitor.send("GET", "/v2/query-language/values/AWS/%zz").status == 400)
            #expect(try await visitor.status("q_none").code == "NOT_FOUND")
            let path = "/v2/data/cost-usage/generate-query"
            #expect(try await visitor.send("POST", path, body: Array("{".utf8)).status == 400)
            let giant = [UInt8](repeating: 32, count: 5_000)
            #expect(try await visitor.send("POST", path, body: giant).status == 413)
        }
    }

    @Test func `reading too early is answered and counted`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let id = try #require(try await visitor.submit(body(today - 5, today)).queryID)
            let queued = try await visitor.results(id)
            #expect(queued.status == 202 && queued.code == "QUERY_QUEUED")
            try await HostLoop.sleep(for: .milliseconds(1_900))
            #expect(try await visitor.results(id).code == "QUERY_RUNNING")
            #expect(visitor.server.report.violations == [.earlyResults: 2])
        }
    }

    @Test func `results expire a day after completion`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor { $0.queryDuration = .seconds(2) ... .seconds(2) }
            let id = try #require(try await visitor.submit(body(today - 5, today)).queryID)
            try await HostLoop.sleep(for: .seconds(86_401))
            #expect(try await visitor.results(id).status == 200)
            try await HostLoop.sleep(for: .seconds(1))
            let expired = try await visitor.results(id)
            #expect(expired.status == 410 && expired.code == "RESULTS_EXPIRED")
            #expect(try await visitor.status(id).json["data"] == ["status": "EXPIRED"])
        }
    }

    @Test func `page sizes and cursors are checked`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let asked = body(today - 40, today, dimensions: [key("AWS|service|billing_dimension")])
            let id = try await visitor.complete(asked)
            let other = try await visitor.complete(asked)
            #expect(try await visitor.results(id, "?pageSize=10001").code == "PAGE_SIZE_LIMIT_EXCEEDED")
            #expect(try await visitor.results(id, "?pageSize=0").code == "BAD_REQUEST")
            #expect(try await visitor.results(id, "?cursor=100").code == "CURSOR_INVALID")
            let next = try await visitor.results(other).json["pagination"]?["nextCursor"]?.string ?? ""
            #expect(try await visitor.results(other, "?cursor=\(next)").status == 200)
            #expect(try await visitor.results(id, "?cursor=\(next)").code == "CURSOR_INVALID")
            #expect(visitor.server.report.violations == [.repeatedSubmission: 1])
        }
    }
}

extension String {
    /// Percent-encoded as one path segment.
    var addingEscapes: String {
        utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46
            return isPlain
                ? String(UnicodeScalar(byte))
                : "%" + String(byte >> 4, radix: 16).uppercased() + String(byte & 15, radix: 16).uppercased()
        }.joined()
    }
}
