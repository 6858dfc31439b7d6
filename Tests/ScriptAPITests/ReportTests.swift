import Foundation
import LuaRuntime
import Testing

/// Pages of `finlua.report`, read back by a parser that knows nothing of it.
struct ReportTests {
    /// Two services over six days, one of them absent, with a credit; and a page of all that there is.
    private static let rows = """
        local report = require "finlua.report"
        local rows = {
          { day = "2026-10-01", service = "EC2", cost = 100.25, cost_unit = "USD" },
          { day = "2026-10-01", service = "S3", cost = 20.5, cost_unit = "USD" },
          { day = "2026-10-02", service = "EC2", cost = 0.1, cost_unit = "USD" },
          { day = "2026-10-02", service = "EC2", cost = 0.2, cost_unit = "USD" },
          { day = "2026-10-04", service = "EC2", cost = 120, cost_unit = "USD" },
          { day = "2026-10-05", service = "EC2", cost = 90.125, cost_unit = "USD" },
          { day = "2026-10-05", service = "S3", cost = -5.5, cost_unit = "USD" },
        }
        local page = report.page { title = "Costs" }

        """

    private static let everything = """
        page:text "One **strong** word.\\n\\n- an item"
        page:figures { { label = "Spend", value = 325.675, prior = 300, unit = "USD", better = "lower" } }
        page:heading "Charts"
        page:line(rows, { y = "cost", by = "service", title = "Lines", anomalies = {
          { day = "2026-10-04", series = "EC2", actual = 120, expected = 100, percent = 20, severity = "minor" } } })
        page:area(rows, { y = "cost", by = "service" })
        page:bar(rows, { y = "cost", by = "service" })
        page:bar(rows, { x = "service", y = "cost" })
        page:spark(rows, { y = "cost", by = "service", title = "Trends" })
        page:table(rows, { title = "Rows", total = true })
        print(page:html())
        """

    private func page(_ script: String) async throws -> PageReader {
        let outcome = try await run(Self.rows + script)
        #expect(outcome.problem == "")
        return try PageReader(outcome.output)
    }

    @Test
    func `a page is well-formed, has an outline, and needs nothing from elsewhere`() async throws {
        let page = try await page(Self.everything)
        #expect(page.all("h1").map(\.text) == ["Costs"])
        #expect(page.all("html").first?.attributes["lang"] == "en")
        for landmark in ["header", "main", "footer"] { #expect(page.all(landmark).count == 1) }
        #expect(page.all("th").allSatisfy { $0.attributes["scope"] != nil })
        #expect(page.all("figure").count == 4 && page.all("figcaption").count == 4)
        let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
        for element in page.elements {
            for (name, value) in element.attributes {
                #expect(!["src", "href", "style", "srcset"].contains(name) && !name.hasPrefix("on"), "\(element)")
                #expect(!value.contains("://"), "\(element)")
            }
        }
        let style = try #require(page.all("style").first)
        #expect(!style.text.contains("url(") && !style.text.contains("@import"))
    }

    @Test
    func `each picture has a name and a description, and its data as a table`() async throws {
        let page = try await page(Self.everything)
        let pictures = page.all("svg").filter { $0.attributes["role"] == "img" }
        let texts = Dictionary(
            page.elements.compactMap { element in element.attributes["id"].map { ($0, element.text) } },
            uniquingKeysWith: { first, _ in first })
        #expect(pictures.count == 4 * 2 + 2, "four charts, wide and narrow, and two trends")
        for picture in pictures {
            if let label = picture.attributes["aria-label"] {
                #expect(label.contains("lowest"))
            } else {
                let title = try #require(picture.attributes["aria-labelledby"])
                let description = try #require(picture.attributes["aria-describedby"])
                #expect(texts[title]?.contains("chart") == true && texts[description]?.contains("USD") == true)
            }
        }
        #expect(page.all("details").count == 5)
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
    }

    @Test
    func `a name that looks like mark-up is text`() async throws {
        let name = "</script><script>alert(1)</script>]]>--><img src=x onerror=alert(1)>&amp;'\""
        let script = """
            local name = [==[\(name)]==]
            local own = { { day = "2026-10-01", [name] = name, n = 1 }, { day = "2026-10-02", [name] = name, n = 2 } }
            local page = report.page { title = name, subtitle = name, footer = name }
            page:text(name):heading(name):figures { { label = name, value = 1, unit = name, note = name } }
            page:line(own, { y = "n", by = name, title = name, note = name, unit = name,
              anomalies = { { day = "2026-10-01", label = name } } })
            page:bar(own, { x = name, y = "n" })
            page:table(own, { columns = { name, { "n", as = name } }, title = name, note = name })
            print(page:html())
            """
        let page = try await page(script)
        #expect(page.all("script").count == 1 && page.all("img").isEmpty)
        for element in ["title", "h1", "h2", "dt", "caption"] {
            #expect(page.all(element).first?.text == name, "\(element)")
        }
        #expect(page.all("td").contains { $0.text == name } || page.all("th").contains { $0.text == name })
        let broken = try await run(
            "local r = require 'finlua.report' print(r.page { title = 'a\\xff\\0b\\u{202e}c' }:html())")
        #expect(try PageReader(broken.output).all("h1").first?.text == "a\u{FFFD}\u{FFFD}b\u{FFFD}c")
    }

    @Test
    func `a number keeps its digits beside what is shown of it`() async throws {
        let page = try await page(
            """
            local own = {}
            for place, cost in ipairs { 0.1, 2.675, -0.001, 1/3, 1e15 + 0.5, 123456789.125, -2.5, 1e-300, 0.30000000000000004 } do
              own[place] = { name = tostring(place), cost = cost }
            end
            own[10] = { name = "absent" }
            page:table(own, { columns = { "name", "cost" }, decimals = 2 })
            print(page:html())
            """)
        let cells = page.all("td", class: "n").map(\.text)
        #expect(
            cells == [
                "0.10", "2.68", "0.00", "0.33", "1,000,000,000,000,000.50", "123,456,789.12", "−2.50", "0.00", "0.30",
                "–",
            ])
        let digits = page.all("data").compactMap { $0.attributes["value"].flatMap(Double.init) }
        #expect(
            digits == [0.1, 2.675, -0.001, 1.0 / 3, 1e15 + 0.5, 123_456_789.125, -2.5, 1e-300, 0.30000000000000004])
    }

    @Test
    func `a total is the exact sum, rounded once`() async throws {
        let page = try await page(
            """
            page:table({ { n = 1e20 }, { n = 0.005 }, { n = 0.005 }, { n = -3 } }, { total = true })
            page:line(rows, { y = "cost", by = "service" })
            print(page:html())
            """)
        let totals = page.all("tfoot").map { $0.text.replacing("Total", with: "").trimmingCharacters(in: .whitespaces) }
        // Of the line chart: EC2, S3 and both; 0.1 and 0.2 make 0.3.
        #expect(totals == ["99,999,999,999,999,999,997.01", "310.6815.00325.68"])
        #expect(page.all("data").contains { $0.attributes["value"] == "0.3" })
        #expect(page.all("data").contains { $0.attributes["value"] == "310.675" })
    }

    @Test
    func `a day without costs is a gap, and no zero`() async throws {
        let page = try await page("page:line(rows, { y = \"cost\" }) print(page:html())")
        let lines = page.paths(class: "l l1")
        #expect(lines.count == 2, "wide and narrow")
        #expect(lines.allSatisfy { $0.split(separator: "M").count == 2 }, "two stretches: \(lines)")
        let days = page.all("th").filter { $0.attributes["scope"] == "row" }.map(\.text)
        #expect(days == ["2026-10-01", "2026-10-02", "2026-10-04", "2026-10-05", "Total"])
    }

    @Test
    func `an anomaly has a ring on its line and a line of text`() async throws {
        let page = try await page(Self.everything)
        #expect(page.all("circle", class: "mark").count == 2, "wide and narrow")
        #expect(page.all("ol", class: "marks").map(\.text) == ["4 Oct 2026, EC2 120.00, expected 100.00 (+20%), minor"])
    }

    @Test
    func `ten thousand points leave their extremes in the picture and all their digits in the data`() async throws {
        let page = try await page(
            """
            local own, first, state = {}, require("finlua.date").parse "2000-01-01", 1
            for place = 1, 10000 do
              state = state * 1103515245 + 12345 & 0x7fffffff
              own[place] = { day = tostring(first + place - 1), cost = 100 + state / 0x7fffffff * 50 }
            end
            own[7777].cost = 1000.5
            page:line(own, { y = "cost" })
            print(page:html())
            """)
        let line = try #require(page.paths(class: "l l1").first)
        let points = line.dropFirst().split(separator: "L").map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(points.count > 1_400 && points.count <= 4 * 760)
        #expect(points.filter { $0[1] < 100 }.count == 1, "the highest of all is there, and alone")
        #expect(page.all("p", class: "note").first?.text.hasPrefix("Drawn from 10,000 points") == true)
        #expect(page.all("tr").count == 10_002)
        #expect(page.all("data").contains { $0.attributes["value"] == "1000.5" })
    }

    @Test
    func `nothing to draw, one value and only zeros are pages too`() async throws {
        let page = try await page(
            """
            page:line({}, { y = "cost" }):area({}, { y = "cost" }):bar({}, { x = "a", y = "cost" }):table({}, { columns = "a" })
            for _, kind in ipairs { "line", "area", "bar" } do
              page[kind](page, { { day = "2026-10-01", cost = 5 } }, { y = "cost" })
              page[kind](page, { { day = "2026-10-01", cost = 0 }, { day = "2026-10-02", cost = 0 } }, { y = "cost" })
              page[kind](page, { { day = "2026-10-01", cost = 1e-9 }, { day = "2026-10-02", cost = -1e25 } }, { y = "cost" })
            end
            print(page:html())
            """)
        #expect(page.all("svg", class: "wide").count == 9)
        let values = page.elements.flatMap(\.attributes.values)
        #expect(!values.contains { $0.contains("nan") || $0.contains("inf") })
    }

    @Test(arguments: [
        ("page:line({ { day = '2026-10-01', cost = 0/0 } }, { y = 'cost' })", "row 1: \"cost\" is NaN"),
        ("page:line({ { day = '2026-10-01', cost = '5' } }, { y = 'cost' })", "row 1: \"cost\" is a string"),
        ("page:line(rows, { y = 'cots' })", "no field \"cots\""),
        ("page:line(rows, { y = 'cost', bye = 'service' })", "no option \"bye\""),
        ("page:line(rows, { x = 'service', y = 'cost' })", "a line between names says nothing"),
        ("page:line({ { day = 'x', cost = 1 }, { day = '2026-10-01', cost = 1 } }, { y = 'cost' })", "says nothing"),
        ("page:area(rows, { y = 'cost', by = 'service', top = 9 })", "top: expected a whole number"),
        ("page:table({ { cost = 1/0 } })", "row 1: \"cost\" is infinite"),
        ("page:table(rows, { columns = { { 'cost', kind = 'nmber' } } })", "kind: \"nmber\""),
        ("page:table(rows, { total = 'service' })", "\"service\" holds no numbers"),
        ("page:figures { { label = 'x', value = 0/0 } }", "value is NaN"),
        ("page:tabel(rows)", "a page has no \"tabel\""),
        ("report.page {}", "title: expected a text"),
        ("report.page { title = 'x', lang = '\"><b>' }", "is no language"),
        ("page:line(rows, { y = 'cost', anomalies = { { day = 'soon' } } })", "anomalies[1]: day"),
        ("rows[1].cost_unit = 'EUR' page:line(rows, { y = 'cost', by = 'service' })", "in EUR"),
        ("rows[1].cost_unit = 'EUR' page:table(rows, { total = true })", "cannot be added"),
    ])
    func `what cannot be shown is refused by name`(script: String, message: String) async throws {
        let outcome = try await run(Self.rows + script)
        #expect(outcome.error?.failure.code == "bad_argument")
        #expect(outcome.error?.failure.message.contains(message) == true, "\(outcome.problem)")
    }

    @Test
    func `a page is saved whole, as it would be printed`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            Self.rows + "print(page:line(rows, { y = 'cost' }):save('a.html').path) print(page:html())",
            folder: folder.path)
        #expect(outcome.problem == "")
        #expect(folder.names == ["a.html"])
        #expect(outcome.output == "a.html\n" + (try contents(of: "\(folder.path)/a.html")) + "\n")
    }
}
