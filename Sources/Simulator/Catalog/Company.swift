/// The company whose bills these are: its teams, who answers for them and what they build.
enum Team: String, CaseIterable {
    case checkout, payments, catalog, search, identity, platform, data, ml, growth, security

    /// The virtual tag's spelling.
    var title: String { self == .ml ? "ML" : rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    var product: String {
        switch self {
        case .checkout, .payments: "Storefront"
        case .catalog, .search, .growth: "Discovery"
        case .data, .ml: "Insights"
        case .identity, .platform, .security: "Shared Platform"
        }
    }

    /// One begins with a character that spreadsheets take for a formula.
    var owner: String {
        switch self {
        case .checkout, .payments: "amara.diallo@harbor.example"
        case .catalog, .search: "jonas.weber@harbor.example"
        case .growth: "o'brien, mary"
        case .data, .ml: "søren.lind@harbor.example"
        case .identity, .platform: "@platform-leads"
        case .security: "security-guild"
        }
    }

    /// The tag `AWS/équipe` of the European accounts.
    var equipe: String? {
        switch self {
        case .checkout, .payments: "paiement"
        case .catalog: "catalogue"
        case .search: "recherche"
        case .data: "données"
        case .platform: "réseau & plateforme"
        default: nil
        }
    }
}

/// Where the values of virtual tags come from.
enum VirtualTags {
    /// Adds the virtual tags of a line: no Team, Product or Owner where the team is unknown, `Untagged` where the
    /// environment is.
    static func add(_ team: Team?, environment: String?, to columns: inout [Column: String]) {
        columns[.virtualEnvironment] = environment ?? "Untagged"
        guard let team else { return }
        columns[.virtualTeam] = team.title
        columns[.virtualProduct] = team.product
        columns[.virtualOwner] = team.owner
    }
}
