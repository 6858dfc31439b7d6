extension FaultPlan {
    /// Makes a page wrong where a fault says so; `asked` is the cursor it was asked with.
    mutating func change(_ page: inout ResultPage, asked: String) {
        changeForms(&page.style)
        if page.rows.lowerBound > 0, meets(.results, "repeat-page") { page.rows = 0..<page.rows.count }
        if !page.rows.isEmpty, meets(.results, "short") { page.rows = page.rows.dropLast() }
        if !page.rows.isEmpty, meets(.results, "duplicate-row") { page.repeatsLastRow = true }
        if !page.rows.isEmpty, meets(.results, "other-window") { page.style.weeksEarlier = 52 }
        if page.hasMore, meets(.results, "stuck-cursor") { page.nextCursor = asked }
        if page.hasMore, meets(.results, "early-end") {
            page.hasMore = false
            page.nextCursor = nil
        }
        if meets(.results, "wrong-total") { page.totalRows = page.totalRows.map { $0 + 1 } }
        if meets(.results, "no-total") { page.totalRows = nil }
        if meets(.results, "no-pagination") { page.hasPagination = false }
    }

    private mutating func changeForms(_ style: inout ResultPage.Style) {
        if meets(.amounts, "string") { style.amounts = .strings }
        if meets(.amounts, "bare") { style.amounts = .bare }
        if meets(.amounts, "words") { style.amounts = .words }
        if meets(.interval, "timestamp") { style.interval = .timestamp }
        if meets(.interval, "capital") { style.interval = .capital }
    }
}
