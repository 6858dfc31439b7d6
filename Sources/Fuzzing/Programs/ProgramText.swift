import HostLoop
import LuaRuntime

/// Programs as chunks, with the helpers they use.
package enum ProgramText {
    /// Masks what differs between states and bounds what grows.
    static let helpers = #"""
        local fuel = 2000
        local function burn() fuel = fuel - 1 if fuel < 0 then error("out of fuel", 0) end end
        local function cut(s) if type(s) == "string" and #s > 64 then return s:sub(1, 64) end return s end
        local function mask(s)
          -- lua5.4 now and then names an earlier line for a division by a constant zero.
          return (s:gsub("0x%x+", "0x?"):gsub("p:%d+: attempt to divide by zero", "attempt to divide by zero"))
        end
        -- lua5.4 puts the line of the call before the error's own; the manual says that the error is propagated.
        local function wrapped(f)
          local resume = coroutine.wrap(f)
          local function pass(ok, e, ...)
            if ok then return e, ... end
            while type(e) == "string" and e:find("^p:%d+: ") do e = e:gsub("^p:%d+: ", "") end
            error(e, 0)
          end
          return function(...) return pass(pcall(resume, ...)) end
        end
        local function shown(v)
          local kind = math.type(v) or type(v)
          if kind == "string" then return ("%q"):format(cut(mask(v))) end
          if kind == "integer" or kind == "float" then return kind:sub(1, 1) .. tostring(v) end
          if kind == "nil" or kind == "boolean" then return tostring(v) end
          return kind
        end
        local function try(f)
          local ok, v = pcall(f)
          if ok then return v end
          return type(v) == "string" and cut(mask(v)) or v
        end
        local function totable(v) if type(v) == "table" and getmetatable(v) == nil then return v end return { v, x = 2 } end
        local function str(v) if type(v) == "string" then return v end return shown(v) end
        local function sorted(t)
          local keys = {}
          t = totable(t)
          for k in next, t do keys[#keys + 1] = k end
          table.sort(keys, function(a, b) return shown(a) < shown(b) end)
          local i = 0
          return function() i = i + 1 if keys[i] ~= nil then return keys[i], t[keys[i]] end end
        end
        local function dump(v, level)
          if type(v) ~= "table" or (level or 0) > 2 then return shown(v) end
          local parts = {}
          for k, e in sorted(v) do
            if #parts > 8 then break end
            parts[#parts + 1] = shown(k) .. "=" .. dump(e, (level or 0) + 1)
          end
          return "{" .. table.concat(parts, " ") .. "}"
        end
        local function p(...)
          local parts = {}
          for i = 1, select("#", ...) do parts[i] = shown((select(i, ...))) end
          print(table.concat(parts, " "))
        end
        """#

    /// A script that runs many plain programs, each behind a line with its number; the same for any Lua 5.4.
    package static func batch(_ seeds: Range<UInt64>) -> String {
        var text = "coroutine.wrap(function()\n"
        for seed in seeds {
            var generator = ProgramGenerator(seed: seed, isHostile: false)
            let program = generator.program()
            text += """
                print("#\(seed)")
                do
                  local f, e = load([=====[\(helpers)
                \(program)]=====], "=p", "t")
                  if not f then print("does not compile", e) else
                    local ok, e = pcall(f)
                    if not ok then print("ended", type(e), type(e) == "string" and (e:gsub("0x%x+", "0x?")) or "") end
                  end
                end

                """
        }
        return text + "end)()\n"
    }

    /// What a machine prints that runs a batch.
    @HostLoop package static func output(of batch: String) async throws -> [UInt8] {
        nonisolated(unsafe) var output: [UInt8] = []
        let machine = LuaMachine(LuaConfiguration(output: { output.append(contentsOf: $0) }))
        try await machine.run(Array(batch.utf8), chunkName: "=p")
        return output
    }

    /// The program of a seed for a machine with limits.
    package static func hostile(_ seed: UInt64) -> String {
        var generator = ProgramGenerator(seed: seed, isHostile: true)
        let program = generator.program()
        return """
            local finout, task, json, date = require "finout", require "finlua.task", require "finlua.json", require "finlua.date"
            local group, log = require "finlua.group", require "finlua.log"
            \(helpers)
            \(program)
            """
    }
}
