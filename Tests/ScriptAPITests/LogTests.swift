import ScriptAPI
import Testing

struct LogTests {
    static let script = """
        local log, date = require "finlua.log", require "finlua.date"
        log.debug("plain")
        log.warn("two\\nlines", { rows = 12, share = 0.5, ok = true, day = date.today(), text = 'a "b" c' })
        """

    @Test
    func `writes one line for people`() async throws {
        #expect(
            try await run(Self.script).log == [
                "debug: plain\n",
                "warn: two\\nlines day=2026-11-20 ok=true rows=12 share=0.5 text=\"a \\\"b\\\" c\"\n",
            ])
    }

    @Test
    func `writes one JSON object for machines`() async throws {
        #expect(
            try await run(Self.script, logFormat: .json).log == [
                #"{"time":"2026-11-20T07:00:00Z","level":"debug","message":"plain"}"# + "\n",
                #"{"time":"2026-11-20T07:00:00Z","level":"warn","message":"two\nlines","#
                    + #""fields":{"day":"2026-11-20","ok":true,"rows":12,"share":0.5,"text":"a \"b\" c"}}"# + "\n",
            ])
    }

    @Test
    func `refuses fields that are no table`() async throws {
        #expect(
            try await run("require 'finlua.log'.info('x', 5)").problem
                == "bad_argument: script.lua:1: log.info: fields are a table, such as { rows = 12 }, got a number")
    }
}
