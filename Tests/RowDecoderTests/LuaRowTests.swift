import CRowDecoder
import RowDecoder
import Testing

struct `Rows as Lua tables` {
    private static let show = """
        local function text(value)
            if type(value) ~= "table" then return math.type(value) == "float" and "float " .. value or tostring(value) end
            local keys, parts = {}, {}
            for key in pairs(value) do keys[#keys + 1] = key end
            table.sort(keys)
            for _, key in ipairs(keys) do parts[#parts + 1] = key .. "=" .. text(value[key]) end
            return "{" .. table.concat(parts, ",") .. "}"
        end
        local lines = {}
        for row in rows do lines[#lines + 1] = text(row) end
        return table.concat(lines, " ")
        """

    private func shown(_ rows: [String], plan: RowPlan) throws -> String {
        let reader = RowReader(plan: plan)
        reader.give(try Page(text: pageText(rows), plan: plan))
        let lua = LuaState()
        lua.setRows(reader, advance: "function() return false end")
        return try lua.run(Self.show)
    }

    @Test func `measurements with an alias are flat and the others stay as the API sends them`() throws {
        let plan = RowPlan(columns: [
            RowColumn(.interval, name: "day"), RowColumn(.dimension, name: "AWS_tag_service", alias: "service"),
            RowColumn(.dimension, name: "AWS_billing_dimension_region"),
            RowColumn(.measurement(.init(aggregation: .sum, hasUnit: true)), name: "usageAmount_sum", alias: "usage"),
            RowColumn(.measurement(.init(aggregation: .maximum, hasUnit: true)), name: "usageAmount_max"),
        ])
        let full =
            #""day":"2026-10-01T00:00:00Z","AWS_tag_service":"EC2","AWS_billing_dimension_region":"us-east-1","usageAmount_sum":{"amount":5,"unit":"Hrs"},"usageAmount_max":{"amount":2.5,"unit":"GB"}"#
        let bare = #""day":"2026-10-02","AWS_tag_service":"","usageAmount_sum":"7","usageAmount_max":3"#
        let empty =
            #""day":"2026-10-03","AWS_tag_service":null,"usageAmount_sum":null,"usageAmount_max":{"amount":null,"unit":"GB"}"#
        #expect(
            try shown([full, bare, empty], plan: plan)
                == "{AWS_billing_dimension_region=us-east-1,day=2026-10-01,service=EC2,usage=float 5.0,usageAmount_max={amount=float 2.5,unit=GB},usage_unit=Hrs}"
                + " {day=2026-10-02,service=,usage=float 7.0,usageAmount_max={amount=float 3.0}} {day=2026-10-03}")
    }

    @Test func `columns that nobody asked for keep their name and type`() throws {
        let row =
            #""day":"2026-10-01","cost_sum":1,"note":"n","count":7,"ratio":0.5,"flag":false,"usage":{"amount":2,"unit":"Hrs"},"none":null"#
        #expect(
            try shown([row], plan: .costs)
                == "{cost=float 1.0,count=7,day=2026-10-01,flag=false,note=n,ratio=float 0.5,usage={amount=float 2.0,unit=Hrs}}"
        )
    }

    @Test func `advance is asked once for each page and not again after the last`() throws {
        let reader = RowReader(plan: .costs)
        let lua = LuaState()
        lua.setRows(reader, advance: "function() calls = (calls or 0) + 1; return coroutine.yield(calls) end")
        try lua.run(
            "seen = {}; worker = coroutine.wrap(function() for row in rows do seen[#seen + 1] = row.cost end; return 'done' end)"
        )
        #expect(try lua.run("return worker()") == "1")
        for page in 0..<3 {
            let rows = (0..<page).map { #""day":"2026-10-01","AWS_tag_service":"\#($0)","cost_sum":\#(page)\#($0)"# }
            reader.give(try Page(text: pageText(rows), plan: .costs))
            #expect(try lua.run("return worker(true)") == "\(page + 2)")
        }
        #expect(try lua.run("return worker(false)") == "done")
        #expect(try lua.run("return table.concat(seen, ' ')") == "10.0 20.0 21.0")
        #expect(try lua.run("return tostring(rows())") == "nil")
        #expect(try lua.run("return calls") == "4")
        #expect(reader.rowsRead == 3)
    }

    @Test func `rows that become whole with the last answer are handed out`() throws {
        let plan = RowPlan.costs(.sum, interval: "month")
        let reader = RowReader(plan: plan, cuts: [20_741], interval: .month)
        let lua = LuaState()
        lua.setRows(reader, advance: "function() return coroutine.yield() end")
        try lua.run(
            "worker = coroutine.wrap(function() local sum = 0; for row in rows do sum = sum + row.cost end; return sum end)"
        )
        try lua.run("worker()")
        for cost in ["0.1", "0.2"] {
            reader.give(
                try Page(text: pageText([#""month":"2026-10","AWS_tag_service":"a","cost_sum":\#(cost)"#]), plan: plan))
        }
        reader.finishWindow(1)
        #expect(try lua.run("return worker(false)") == "0.3")
    }

    @Test func `an error in advance reaches the loop and a fault of the reader is an error`() throws {
        let plan = RowPlan.costs(.average, interval: "month")
        let reader = RowReader(plan: plan, cuts: [20_741], interval: .month)
        let lua = LuaState()
        lua.setRows(reader, advance: "function() error('no more today', 0) end")
        #expect(try lua.run("return select(2, pcall(function() for row in rows do end end))") == "no more today")
        for cost in ["1", "2"] {
            reader.give(
                try Page(text: pageText([#""month":"2026-10","AWS_tag_service":"a","cost_sum":\#(cost)"#]), plan: plan))
        }
        #expect(try lua.run("return select(2, pcall(rows))").contains("average"))
    }

    @Test func `an iterator keeps its reader alive and lets go of it`() throws {
        let lua = LuaState()
        func start() throws {
            let reader = RowReader(plan: .costs)
            reader.give(try Page(text: pageText([#""day":"2026-10-01","cost_sum":4"#]), plan: .costs))
            lua.setRows(reader, advance: "function() return false end")
        }
        try start()
        #expect(try lua.run("return rows().cost") == "4.0")
        try lua.run("rows = nil; collectgarbage()")
    }

    @Test func `one row at a time can be pushed`() throws {
        let reader = RowReader(plan: .costs)
        let lua = LuaState()
        #expect(rd_reader_push(reader.handle, lua.state) == 0)
        reader.give(try Page(text: pageText([#""day":"2026-10-01","AWS_tag_service":"a","cost_sum":4"#]), plan: .costs))
        #expect(rd_reader_push(reader.handle, lua.state) == 1)
        lua.setGlobal("row")
        #expect(rd_reader_push(reader.handle, lua.state) == 0)
        #expect(try lua.run("return row.day .. row.service .. row.cost") == "2026-10-01a4.0")
    }
}
