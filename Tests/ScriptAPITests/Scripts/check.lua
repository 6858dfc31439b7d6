-- Thresholds, verdicts, and what they refuse.
local check, money = require "finlua.check", require "finlua.money"

print(check.value("over", 11, { crit = 10 }), check.value("under", 9, { warn = "10:" }), check.value("within", 5, { crit = "10" }))
print(check.value("both", 25, { warn = 10, crit = 20 }), check.value("exact", money.exact("10.01"), { warn = 10.0 }))
print(check.value("nan", 0 / 0, { crit = 1 }), check.value("nothing", nil, { crit = 1 }), check.value("inf", 1 / 0, { crit = "~:" }))
print(check.ok("a"), check.warning("b"), check.critical("c"), check.unknown("d"))
print(check.data("rows", 3, { unit = "B", min = 0 }))

-- Reports of anomaly.check.
print(check.anomalies { ready = false, reason = "two series are missing" })
print(check.anomalies { ready = true, day = "2026-11-19", findings = {} })
