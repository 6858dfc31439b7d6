import LuaRuntime

extension Configuration {
    /// Takes what others are told of runs:
    ///
    ///     metrics = "/var/lib/prometheus/node-exporter",
    ///     ping = { ["daily.lua"] = "https://hc-ping.com/…" },
    ///     alert = { endpoint = "ops", after = 3 },
    mutating func takeCron(_ table: LuaTable) throws(UsageError) {
        metrics = try text(table["metrics"], at: "metrics")
        if let pings = try section(table["ping"], at: "ping") {
            for value in pings.fields.values { Ping.learn(value.string) }
            guard pings.array.isEmpty, pings.fields.values.allSatisfy({ $0.string != nil }) else {
                throw UsageError("\(path): ping must name scripts: ping = { [\"daily.lua\"] = \"https://…\" }")
            }
            self.pings = pings.fields.compactMapValues(\.string)
        }
        if let alert = try section(table["alert"], at: "alert") {
            try known(alert, ["endpoint", "after"], at: "alert.")
            alertEndpoint = try text(alert["endpoint"], at: "alert.endpoint")
            if case .integer(let number) = alert["after"] {
                alertAfter = "\(number)"
            } else {
                alertAfter = try text(alert["after"], at: "alert.after")
            }
        }
    }
}
