import RowDecoder
import Testing

struct `Memory that Lua does not get` {
    @Test func `every allocation outside a row may fail and nothing is lost`() throws {
        let rows = (0..<5).map {
            #""day":"2026-10-01","AWS_tag_service":"service number \#($0) with a long name, more than forty bytes","cost_sum":\#($0)"#
        }
        let script = """
            local lines = {}
            for row in rows do
                lines[#lines + 1] = csv_record(row, {"day", "service", "cost"}) .. ndjson_record(row, {"cost"})
                lines[#lines + 1] = json_encode(json_decode(json_encode({row, {a = {row}}})))
            end
            local set, amounts = groups({ "service" }, { "cost" }, function(name) return name .. "!" end), {}
            for i = 1, 40 do amounts[i] = { service = "service " .. i, cost = i % 2 == 0 and 1e300 or 0.1, cost_unit = "USD" } end
            assert(groups_rows(set, amounts) == 40 and #groups_list(set) == 40)
            local parser = csv_parser('name,n\\n"one ""quoted"" name, longer than forty bytes in all",1\\n,2.5\\n', ",")
            csv_columns(parser, csv_next(parser), { false, true })
            assert(csv_next(parser).n == 1 and csv_next(parser).n == 2.5 and csv_next(parser) == nil)
            return #table.concat(lines) .. " " .. number_text(exact_sum{0.1, 0.2})
            """
        var failures = 0
        var result = ""
        var failing = 1
        while result.isEmpty {
            var memory = CountedMemory()
            try withUnsafeMutablePointer(to: &memory) { memory in
                let reader = RowReader(plan: .costs)
                reader.give(try Page(text: pageText(rows), plan: .costs))
                let lua = LuaState(counting: memory)
                lua.setRows(reader, advance: "function() return false end")
                memory.pointee.failing = memory.pointee.allocations + failing
                do {
                    result = try lua.run(script)
                } catch {
                    #expect("\(error)".contains("not enough memory"))
                    failures += 1
                }
                // What frees a buffer is a call, which needs memory too.
                withExtendedLifetime(lua) { memory.pointee.failing = -1 }
                #expect(memory.pointee.grace == 0)
            }
            #expect(memory.used == 0)
            failing += 1
        }
        #expect(result.hasSuffix(" 0.3"))
        #expect(failures > 50)
    }
}
