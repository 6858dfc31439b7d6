import RowDecoder
import Testing

struct `Groups of rows` {
    /// Adds the rows to groups by both keys, and again by putting each group's amounts into one `exact_sum`; in two orders.
    private func compare(rows: String) throws -> String {
        try LuaState().run(
            """
            local rows = {}
            local function row(a, b, amount) rows[#rows + 1] = { a = a, b = b, amount = amount } end
            \(rows)
            local plain, count = {}, 0
            for _, each in ipairs(rows) do
                local key = type(each.a) .. tostring(each.a) .. "\\0" .. type(each.b) .. tostring(each.b)
                if not plain[key] then plain[key], count = {}, count + 1 end
                table.insert(plain[key], each.amount)
            end
            local function check(set)
                local list = groups_list(set)
                assert(#list == count, #list .. " groups, not " .. count)
                for _, entry in ipairs(list) do
                    local a, b = entry.key[1], entry.key[2]
                    local expected = exact_sum(plain[type(a) .. tostring(a) .. "\\0" .. type(b) .. tostring(b)])
                    assert(entry.totals.amount == expected, entry.totals.amount .. " is not " .. expected)
                end
            end
            local set = groups({ "a", "b" }, { "amount" })
            assert(groups_rows(set, rows) == #rows)
            check(set)
            set = groups({ "a", "b" }, { "amount" })
            for position = #rows, 1, -1 do assert(groups_row(set, rows[position], position)) end
            check(set)
            return count .. " groups"
            """)
    }

    @Test func `sums are those of the amounts, in any order`() throws {
        let rows = """
            math.randomseed(7)
            local scales = { 1e-9, 0.01, 1, 1e6, 1e15, 1e30, 1e-30 }
            for _ = 1, 20000 do
                local amount = (math.random() - 0.5) * scales[math.random(#scales)]
                if math.random(3) == 1 then amount = math.random(-1000000, 1000000) / 100 end
                if math.random(9) == 1 then amount = math.random(-5, 5) end
                row("a" .. math.random(40), math.random(5) > 1 and math.random(30) or nil, amount)
            end
            """
        #expect(try compare(rows: rows) == "1240 groups")
    }

    @Test func `sums beyond what is kept small go on exactly`() throws {
        let rows = """
            for _ = 1, 40 do row("x", 1, 99999999999.99) row("x", 1, 1e-27) row("x", 1, 4.9e-324) end
            row("x", 1, 1.7976931348623157e308) row("x", 1, -1.7976931348623157e308)
            row("y", 1, math.maxinteger) row("y", 1, math.mininteger) row("y", 1, 0.5)
            """
        #expect(try compare(rows: rows) == "2 groups")
    }

    @Test func `values of different types are different groups`() throws {
        let rows = """
            row("1", true, 1) row(1, true, 1) row(1.5, "true", 1) row(nil, false, 1) row("", nil, 1) row(nil, nil, 1)
            row("a", "bc", 1) row("ab", "c", 1) row("", "abc", 1) row("a\\0b", "c", 1) row("a", "\\0bc", 1)
            """
        #expect(try compare(rows: rows) == "11 groups")
    }

    @Test(arguments: [
        ("{1}", "row 1 number"), ("{{cost = 1}, {cost = '2'}}", "type 2 cost string"),
        ("{{cost = 0/0}}", "finite 1 cost"), ("{{cost = {amount = {}, unit = 'USD'}}}", "type 1 cost table"),
        (
            "{{cost = 1, cost_unit = 'USD'}, {cost = 1}, {cost = {amount = 1, unit = 'EUR'}}}",
            "unit 3 cost USD table EUR"
        ),
    ])
    func `what cannot be added is described`(rows: String, description: String) throws {
        let lua = """
            local found = { groups_rows(groups({ "service" }, { "cost" }), \(rows)) }
            assert(found[1] == nil)
            for place = 2, 7 do
                local value = found[place]
                found[place - 1] = type(value) == "table" and "table" or value
                found[place] = nil
            end
            return table.concat(found, " ")
            """
        #expect(try LuaState().run(lua) == description)
    }

    @Test(arguments: [
        ("{0.1, 0.2}", "0.3"), ("{1e22, 1}", "10000000000000000000001"),
        ("{1e-30, -1}", "-0.999999999999999999999999999999"),
        ("{}", "0"), ("{-0.5, 0.5}", "0"), ("{100, 20.50}", "120.5"), ("{1e300, -1e300, -7}", "-7"),
        ("{4.9e-324}", nil),
        ("{math.mininteger, math.mininteger}", "-18446744073709551616"),
    ])
    func `all digits of a sum can be asked for`(amounts: String, text: String?) throws {
        let found = try LuaState().run(
            """
            local set, rows = groups({}, { "cost" }), {}
            for place, amount in ipairs(\(amounts)) do rows[place] = { cost = amount } end
            rows[#rows + 1] = { cost = 0 }
            groups_rows(set, rows)
            local entry = groups_list(set, true)[1]
            assert(entry.rows == #rows)
            return entry.totals.cost
            """)
        #expect(found == text ?? "0." + String(repeating: "0", count: 323) + "5")
    }

    @Test func `a sum that no number can hold is an error`() {
        let error = #expect(throws: LuaState.Failure.self) {
            try LuaState().run(
                """
                local set = groups({}, { "cost" })
                groups_rows(set, { { cost = 1.7e308 }, { cost = 1.7e308 } })
                groups_list(set)
                """)
        }
        #expect(error?.description.contains("the sum is too large for a number") == true)
    }
}
