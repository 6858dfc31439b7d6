import FinOps
import Testing

struct VirtualTagTests {
    private let keys = [
        "service": TagKey(costCenter: "AWS", key: "service", type: "billing_dimension"),
        "team": TagKey(costCenter: "Kubernetes", key: "team", type: "k8s_pod_label"),
    ]

    /// JSON without spaces, to compare with.
    private func text(_ value: PlainValue) -> String {
        switch value {
        case .string(let text): "\"\(text)\""
        case .integer(let number): "\(number)"
        case .array(let values): "[\(values.map(text).joined(separator: ","))]"
        case .object(let fields): "{\(fields.map { "\"\($0.name)\":\(text($0.value))" }.joined(separator: ","))}"
        }
    }

    @Test func `Rules become the body that the API documents`() throws {
        let allocation = Allocation(
            rules: [
                AllocationRule(
                    "payments",
                    where: .all([service("S3"), .any([team("pay"), .leaf(RowComparison("team", .notExists))])]),
                    from: october, to: october.advanced(by: 30), .target("Payments")),
                AllocationRule("rest", .valueOf(column: "team")),
            ], otherwise: .unallocated("Untagged"))
        let tag = try allocation.virtualTag(named: "Team", keys: keys, changeDescription: "first")
        let s3 = #"{"costCenter":"AWS","key":"service","type":"billing_dimension","operator":"is","value":["S3"]}"#
        let label = #"{"costCenter":"Kubernetes","key":"team","type":"k8s_pod_label","operator":"#
        #expect(
            text(tag.body)
                == #"{"name":"Team","defaultValue":"Untagged","rules":["#
                + #"{"to":"Payments","filters":{"AND":[\#(s3),{"OR":[\#(label)"is","value":["pay"]},\#(label)"notExists"}]}]},"#
                + #""timeframe":{"from":1790812800000,"to":1793491199999}},"#
                + #"{"to":{"key":"team","costCenter":"Kubernetes"},"filters":\#(label)"exists"}}],"#
                + #""versionMetadata":{"changeDescription":"first"}}"#)
        #expect(tag.unexpressed.isEmpty)
    }

    @Test func `A rule for every row is the default, or a filter that all pass while it holds`() throws {
        let all = AllocationRule("all", .target("All"))
        let after = AllocationRule("after", where: service("S3"), .target("x"))
        let tag = try Allocation(rules: [all, after]).virtualTag(named: "t", keys: keys)
        #expect(text(tag.body) == #"{"name":"t","defaultValue":"All","rules":[]}"#)
        let dated = AllocationRule("dated", to: october, .target("Old"))
        let body = text(try Allocation(rules: [dated]).virtualTag(named: "t", keys: keys).body)
        #expect(
            body.contains(#""operator":"exists"},{"#) && body.contains(#""timeframe":{"from":0,"to":1790899199999}"#))
        expectError(.invalid) { try Allocation(rules: [dated]).virtualTag(named: "t", keys: [:]) }
    }

    @Test func `What the API cannot say is named`() throws {
        let pools = [SharedPool("Support", .even(nil)), SharedPool("Network", .weighted("traffic", []))]
        let tag = try Allocation(rules: [], pools: pools).virtualTag(named: "t", keys: keys)
        #expect(tag.unexpressed.count == 2 && tag.unexpressed[1].contains("split 'Network' (by traffic)"))
        let error = expectError(.invalid) {
            try Allocation(rules: [AllocationRule("r", .valueOf(column: "owner"))]).virtualTag(named: "t", keys: keys)
        }
        #expect(error?.message.contains("'owner'") == true)
        let many = (0...1_000).map { AllocationRule("\($0)", where: service("\($0)"), .target("x")) }
        expectError(.invalid) { try Allocation(rules: many).virtualTag(named: "t", keys: keys) }
    }
}
