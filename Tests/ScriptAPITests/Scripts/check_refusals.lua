-- What a check refuses, with the message that says why.
local check = require "finlua.check"

local function refused(call, ...)
  local ok, problem = pcall(call, ...)
  assert(not ok, "accepted")
  print(problem.code, problem.message, problem.hint)
end

refused(check.value, "spend", 3)
refused(check.value, "spend", "3", { crit = 1 })
refused(check.value, "spend", 3, { crti = 1 })
refused(check.value, "", 3, { crit = 1 })
refused(check.value, nil, 3, { crit = 1 })
refused(check.value, "spend", 3, { crit = ":10" })
refused(check.value, "spend", 3, { crit = "20:10" })
refused(check.value, "spend", 3, { warn = -5 })
refused(check.value, "spend", 3, { warn = {} })
refused(check.value, "spend", 3, { warn = 5, min = "0" })
refused(check.value, "spend", 3, { warn = 5, unit = "1x" })
check.value("spend", 3, { warn = 5 })
refused(check.value, "spend", 3, { warn = 5 })
refused(check.data, "spend", 3)
refused(check.data, "rows", 3, { warn = 5 })
refused(check.ok)
refused(check.critical, "")
refused(check.anomalies, nil)
refused(check.anomalies, { ready = true })
