/// An account of the AWS organization.
struct AWSAccount {
    let name: String
    let id: String
    let environment: String?
    let regions: [(name: String, share: Double)]
    let teams: [(team: Team, share: Double)]

    /// The account belongs to one team, whatever its resources' tags say.
    var owner: Team? { teams.count == 1 ? teams[0].team : nil }

    static let payer = AWSAccount(
        name: "harbor-payer", id: "104729104729", environment: nil, regions: [("global", 1)], teams: [(.platform, 1)])
    static let production = AWSAccount(
        name: "harbor-production", id: "215433761001", environment: "production",
        regions: [("us-east-1", 0.74), ("us-west-2", 0.26)],
        teams: [
            (.checkout, 0.22), (.payments, 0.13), (.catalog, 0.19), (.search, 0.18), (.identity, 0.08),
            (.platform, 0.2),
        ])
    static let productionEU = AWSAccount(
        name: "harbor-production-eu", id: "215433761002", environment: "production",
        regions: [("eu-west-1", 0.68), ("eu-central-1", 0.32)],
        teams: [(.checkout, 0.3), (.catalog, 0.25), (.search, 0.2), (.platform, 0.25)])
    static let staging = AWSAccount(
        name: "harbor-staging", id: "330871450013", environment: "staging", regions: [("us-east-1", 1)],
        teams: [(.checkout, 0.4), (.catalog, 0.3), (.platform, 0.3)])
    static let development = AWSAccount(
        name: "harbor-development", id: "330871450014", environment: "development",
        regions: [("us-east-1", 0.8), ("eu-west-1", 0.2)],
        teams: [(.checkout, 0.35), (.search, 0.35), (.platform, 0.3)])
    static let data = AWSAccount(
        name: "harbor-data", id: "448120093377", environment: "production", regions: [("us-east-1", 1)],
        teams: [(.data, 0.75), (.growth, 0.25)])
    static let ml = AWSAccount(
        name: "harbor-ml", id: "448120093378", environment: "production", regions: [("us-west-2", 1)],
        teams: [(.ml, 1)])
    static let security = AWSAccount(
        name: "harbor-security", id: "559012340007", environment: "production",
        regions: [("us-east-1", 0.7), ("eu-west-1", 0.3)], teams: [(.security, 1)])
    static let sandbox = AWSAccount(
        name: "harbor-sandbox", id: "671000000042", environment: nil, regions: [("us-east-2", 1)],
        teams: [(.ml, 0.5), (.platform, 0.5)])

    /// AWS's prefix of usage types.
    static func prefix(_ region: String) -> String {
        switch region {
        case "us-east-1": "USE1-"
        case "us-east-2": "USE2-"
        case "us-west-2": "USW2-"
        case "eu-west-1": "EU-"
        case "eu-central-1": "EUC1-"
        default: ""
        }
    }
}
