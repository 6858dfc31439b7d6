import CCrypto
import HostLoop
import LuaRuntime

extension ScriptModule {
    /// `finlua.report` and the parts behind it, in `Report`: series and their scales, charts as SVG, the page, the terminal.
    @HostLoop
    static func report(terminal: TerminalTraits) -> [ScriptModule] {
        let parts: [(name: String, source: [UInt8])] = [
            ("chart", PackageResources.chart_lua), ("chart_bars", PackageResources.chart_bars_lua),
            ("chart_calendar", PackageResources.chart_calendar_lua),
            ("chart_columns", PackageResources.chart_columns_lua), ("chart_frame", PackageResources.chart_frame_lua),
            ("chart_groups", PackageResources.chart_groups_lua),
            ("chart_lines", PackageResources.chart_lines_lua), ("chart_marks", PackageResources.chart_marks_lua),
            ("chart_reduce", PackageResources.chart_reduce_lua), ("chart_scale", PackageResources.chart_scale_lua),
            ("chart_series", PackageResources.chart_series_lua), ("chart_spark", PackageResources.chart_spark_lua),
            ("chart_stack", PackageResources.chart_stack_lua), ("chart_svg", PackageResources.chart_svg_lua),
            ("page_figures", PackageResources.page_figures_lua), ("page_sparks", PackageResources.page_sparks_lua),
            ("page_table", PackageResources.page_table_lua), ("page_text", PackageResources.page_text_lua),
            ("terminal_charts", PackageResources.terminal_charts_lua),
            ("terminal_page", PackageResources.terminal_page_lua),
        ]
        var modules = parts.map { ScriptModule(name: "finlua.internal.\($0.name)", source: $0.source) }
        modules.append(
            ScriptModule(
                name: "finlua.internal.page_numbers", source: PackageResources.page_numbers_lua,
                cFunctions: ["number_text"]))
        modules.append(
            ScriptModule(
                name: "finlua.internal.page_html", source: PackageResources.page_html_lua,
                native: [
                    "page_style": NativeFunction(call: "report") { _ in
                        .values(
                            [PackageResources.report_css, PackageResources.report_js].flatMap { text in
                                [LuaValue.string(String(decoding: text, as: UTF8.self)), .string(policyHash(text))]
                            })
                    }
                ]))
        modules.append(
            ScriptModule(
                name: "finlua.internal.terminal_canvas", source: PackageResources.terminal_canvas_lua,
                native: [
                    "terminal": NativeFunction(call: "report.terminal") { _ in
                        .values([
                            .integer(Int64(terminal.width)), .boolean(terminal.hasColor), .boolean(terminal.hasUnicode),
                        ])
                    }
                ]))
        modules.append(ScriptModule(name: "finlua.report", source: PackageResources.report_lua))
        return modules
    }

    /// How a Content-Security-Policy names an inline text: `sha256-` and its digest in base64.
    private static func policyHash(_ text: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(text, text.count, &digest)
        var encoded = [UInt8](repeating: 0, count: (digest.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&encoded, digest, Int32(digest.count))
        return "sha256-" + String(decoding: encoded[..<Int(count)], as: UTF8.self)
    }
}
