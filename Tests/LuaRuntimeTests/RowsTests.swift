import HostLoop
import LuaRuntime
import RowDecoder
import Testing

@Suite struct RowsTests {
    @Test func `rows come page by page as the loop asks for them`() async throws {
        let text = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let plan = RowPlan(columns: [
                RowColumn(.interval, name: "day"),
                RowColumn(.measurement(.init(aggregation: .sum, hasUnit: false)), name: "cost_sum", alias: "cost"),
            ])
            let reader = RowReader(plan: plan)
            let ledger = RowLedger()
            var pages = 0
            script.machine.addModule(
                "rows", source: Array("return (...).rows".utf8),
                native: [
                    "rows": (
                        call: "rows",
                        body: { _ in
                            .values([
                                .rows(
                                    reader,
                                    advance: { _ in
                                        .wait {
                                            try await HostLoop.sleep(for: .seconds(10))
                                            guard pages < 3 else { return [false] }
                                            pages += 1
                                            reader.give(try page(number: pages, plan: plan, ledger: ledger))
                                            return [true]
                                        }
                                    })
                            ])
                        }
                    )
                ])
            return await script.result(
                """
                local sum, t0 = 0, os.time()
                for row in require 'rows' () do sum = sum + row.cost print(row.day, row.cost, os.time() - t0) end
                print(sum)
                """)
        }
        #expect(
            text == """
                2026-10-01\t1.5\t10
                2026-10-02\t2.5\t20
                2026-10-03\t3.5\t30
                7.5

                """)
    }
}

private func page(number: Int, plan: RowPlan, ledger: RowLedger) throws -> Page {
    let text =
        #"{"data":[{"day":"2026-10-0\#(number)","cost_sum":\#(number).5}],"pagination":{"hasMore":false},"totalRows":3}"#
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 64)
    return try bytes.withUnsafeBytes {
        try Page(
            decoding: UnsafeRawBufferPointer(rebasing: $0[..<text.utf8.count]), capacity: $0.count, plan: plan,
            ledger: ledger)
    }
}
