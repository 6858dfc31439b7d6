extension SeriesBuilder {
    private struct Project {
        let id: String
        let team: Team?
        let environment: String?
        let region: String
        let label: String?
    }

    private static let projects = [
        Project(
            id: "harbor-analytics-prod", team: .data, environment: "production", region: "us-central1", label: "data"),
        Project(id: "harbor-ml-training", team: .ml, environment: "production", region: "us-central1", label: "ml"),
        Project(
            id: "harbor-marketing-web", team: .growth, environment: "production", region: "europe-west1", label: nil),
        Project(
            id: "harbor-analytics-dev", team: .data, environment: "development", region: "us-central1", label: "data"),
        Project(id: "sandbox-412907", team: nil, environment: nil, region: "us-east4", label: nil),
    ]

    private struct Offer {
        let service: String
        let sku: String
        let unit: String
        let price: Double
        /// US dollars a month in each of the projects.
        let monthly: [Double]
        var week = Week.office
        var growth = 0.02
        var noise = 0.05
    }

    private static let offers = [
        Offer(
            service: "BigQuery", sku: "Analysis (us)", unit: "tebibyte", price: 6.25,
            monthly: [9_800, 700, 350, 900, 60], noise: 0.15),
        Offer(
            service: "BigQuery", sku: "Active Logical Storage", unit: "gibibyte month", price: 0.02,
            monthly: [2_600, 240, 40, 180, 10], week: Week.flat, growth: 0.035, noise: 0.005),
        Offer(
            service: "Compute Engine", sku: "N2 Instance Core running in Americas", unit: "hour", price: 0.031611,
            monthly: [3_100, 2_200, 0, 500, 310], noise: 0.06),
        Offer(
            service: "Compute Engine", sku: "Nvidia L4 GPU running in Americas", unit: "hour", price: 0.56,
            monthly: [0, 6_400, 0, 0, 0], week: Week.workday, growth: 0.04, noise: 0.2),
        Offer(
            service: "Cloud Storage", sku: "Standard Storage US Multi-region", unit: "gibibyte month", price: 0.026,
            monthly: [2_900, 1_300, 120, 150, 20], week: Week.flat, growth: 0.03, noise: 0.006),
        Offer(
            service: "Vertex AI", sku: "Online/Batch Prediction", unit: "hour", price: 0.75,
            monthly: [0, 3_400, 0, 0, 0], growth: 0.05, noise: 0.1),
        Offer(
            service: "Cloud Run", sku: "CPU Allocation Time", unit: "second", price: 0.000024,
            monthly: [260, 0, 940, 30, 0], week: Week.consumer, noise: 0.08),
        Offer(
            service: "Networking", sku: "Network Internet Egress from Americas", unit: "gibibyte", price: 0.12,
            monthly: [1_200, 180, 420, 30, 5], week: Week.consumer, noise: 0.1),
    ]

    /// Google Cloud: projects by service and SKU, a promotional credit that ran out, a runaway query.
    mutating func addGCP() {
        for offer in Self.offers {
            for (project, monthly) in zip(Self.projects, offer.monthly) where monthly > 0 {
                let name = "\(offer.sku)/\(project.id)"
                var columns = columns(project, service: offer.service, sku: offer.sku)
                columns[.gcpRegion] = project.region
                columns[.globalRegion] = project.region
                if chance("label/" + name) < 0.8 { columns[.gcpTeam] = project.label }
                if chance("env/" + name) < 0.6 { columns[.gcpEnv] = project.environment.map { String($0.prefix(4)) } }
                let runaway = offer.sku == "Analysis (us)" && project.id == "harbor-analytics-dev"
                add(
                    columns, monthly: monthly, growth: offer.growth, week: offer.week, noise: offer.noise, net: 0.96,
                    usage: (offer.unit, offer.price, 1),
                    spikes: runaway ? [.init(days: daysAgo(20)...daysAgo(20), factor: 75)] : [], lag: [0.15, 0.74])
            }
        }
        var credit = columns(Self.projects[0], service: "BigQuery", sku: "Promotional credit")
        credit[.gcpTeam] = "data"
        add(credit, monthly: -1_600, charge: .credit, noise: 0, ending: daysAgo(113))
        add(
            columns(Self.projects[4], service: "Support", sku: "Enhanced Support"), monthly: 740, charge: .flat,
            schedule: .firstOfMonth, noise: 0)
    }

    private func columns(_ project: Project, service: String, sku: String) -> [Column: String] {
        var columns: [Column: String] = [
            .gcpProject: project.id, .gcpService: service, .gcpSKU: sku, .globalCostCenter: "GCP",
            .globalService: service,
        ]
        VirtualTags.add(project.team, environment: project.environment, to: &columns)
        return columns
    }
}
