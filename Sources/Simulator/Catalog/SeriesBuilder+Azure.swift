extension SeriesBuilder {
    private struct Group {
        let subscription: String
        /// Two groups differ in case only: Azure's exports do that.
        let name: String
        let team: Team?
        let environment: String?
        let region: String
        let costCenter: String?
        /// US dollars a month of each offer.
        let monthly: [Double]
    }

    private static let offers: [(service: String, meter: String, unit: String, price: Double, week: [Double])] = [
        ("Virtual Machines", "E8s v5", "1 Hour", 0.504, Week.flat),
        ("Storage", "P30 LRS Disk", "1/Month", 135.17, Week.flat),
        ("SQL Database", "vCore - General Purpose", "1 Hour", 0.252, Week.flat),
        ("Azure Monitor", "Analytics Logs Data Ingestion", "1 GB", 2.3, Week.office),
        ("Azure OpenAI", "gpt-4o Output", "1K", 0.01, Week.office),
        ("Bandwidth", "Standard Data Transfer Out", "1 GB", 0.087, Week.office),
    ]

    private static let groups = [
        Group(
            subscription: "Corp-Production", name: "rg-erp-prod", team: .platform, environment: "production",
            region: "westeurope", costCenter: "CC-4100", monthly: [5_200, 1_450, 3_100, 380, 0, 160]),
        Group(
            subscription: "Corp-Production", name: "RG-ERP-PROD", team: nil, environment: "production",
            region: "westeurope", costCenter: nil, monthly: [410, 120, 0, 0, 0, 0]),
        Group(
            subscription: "Corp-Production", name: "rg-bi", team: .data, environment: "production",
            region: "northeurope", costCenter: "CC-4200", monthly: [1_900, 520, 2_400, 240, 0, 90]),
        Group(
            subscription: "Corp-Production", name: "rg-assistants", team: .ml, environment: "production",
            region: "swedencentral", costCenter: "CC-4300", monthly: [0, 90, 0, 130, 3_900, 20]),
        Group(
            subscription: "Corp-DevTest", name: "rg-erp-test", team: .platform, environment: "staging",
            region: "westeurope", costCenter: nil, monthly: [1_150, 260, 640, 60, 0, 10]),
        Group(
            subscription: "Corp-DevTest", name: "rg-integration", team: nil, environment: nil, region: "westeurope",
            costCenter: nil, monthly: [720, 180, 210, 40, 160, 10]),
        Group(
            subscription: "Identity", name: "rg-entra", team: .identity, environment: "production",
            region: "westeurope", costCenter: "CC-4100", monthly: [480, 60, 0, 190, 0, 20]),
    ]

    /// Azure: subscriptions by resource group and meter; its bill arrives two days late.
    mutating func addAzure() {
        for group in Self.groups {
            for (offer, monthly) in zip(Self.offers, group.monthly) where monthly > 0 {
                var columns: [Column: String] = [
                    .azureSubscription: group.subscription, .azureResourceGroup: group.name,
                    .azureService: offer.service, .azureMeter: offer.meter, .azureRegion: group.region,
                    .globalCostCenter: "Azure", .globalService: offer.service, .globalRegion: group.region,
                ]
                columns[.azureCostCenter] = group.costCenter
                VirtualTags.add(group.team, environment: group.environment, to: &columns)
                let isTest = group.subscription == "Corp-DevTest"
                add(
                    columns, monthly: monthly, growth: offer.service == "Azure OpenAI" ? 0.06 : 0.012,
                    week: isTest ? Week.workday : offer.week, noise: 0.04, net: 0.95,
                    usage: (offer.unit, offer.price, 1), lag: [0, 0.35, 0.84])
            }
        }
        add(
            [
                .azureSubscription: "Corp-Production", .azureService: "Virtual Machines",
                .azureMeter: "Reservation E8s v5", .globalCostCenter: "Azure", .globalService: "Virtual Machines",
                .virtualEnvironment: "Untagged",
            ], monthly: 14_600, charge: .commitmentFee, schedule: .once(daysAgo(290)), noise: 0, net: 0.95)
    }
}
