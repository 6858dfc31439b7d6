extension SeriesBuilder {
    /// Software bought beside the clouds, and a little Oracle Cloud.
    mutating func addOthers() {
        func custom(_ vendor: String, _ item: String, _ order: String?, _ team: Team?) -> [Column: String] {
            var columns: [Column: String] = [
                .customVendor: vendor, .customItem: item, .globalCostCenter: "Custom Cost", .globalService: vendor,
            ]
            columns[.customKey] = order
            VirtualTags.add(team, environment: team == nil ? nil : "production", to: &columns)
            return columns
        }
        add(
            custom("Datadog", "Infrastructure hosts", "PO-1007", .platform), monthly: 4_900, charge: .flat,
            growth: 0.015, noise: 0.01, lag: [0, 1])
        add(
            custom("Datadog", "Indexed logs", "PO-1007", .platform), monthly: 2_700, charge: .flat, growth: 0.02,
            week: Week.office, noise: 0.08, spikes: [.init(days: daysAgo(38)...daysAgo(36), factor: 2.4)], lag: [0, 1])
        add(
            custom("Datadog", "APM hosts", "PO-1007", .platform), monthly: 1_600, charge: .flat, growth: 0.015,
            noise: 0.01, lag: [0, 1])
        add(
            custom("Snowflake", "Compute credits", "PO-1015", .data), monthly: 7_600, charge: .flat, growth: 0.02,
            week: Week.office, noise: 0.09, lag: [0, 0.9])
        add(
            custom("Snowflake", "Compute credits (warehouse migration)", "PO-1015", .data), monthly: 5_400,
            charge: .flat, growth: 0.01, week: Week.office, noise: 0.09, starting: daysAgo(92), lag: [0, 0.9])
        add(
            custom("Snowflake", "Storage", "PO-1015", .data), monthly: 1_100, charge: .flat, growth: 0.03, noise: 0.005,
            lag: [0, 0.9])
        add(
            custom("GitHub", "Enterprise seats", "PO-0931", .platform), monthly: 2_310, charge: .flat,
            schedule: .firstOfMonth, growth: 0.01, noise: 0)
        add(
            custom("PagerDuty", "Business seats", nil, .platform), monthly: 861, charge: .flat, schedule: .firstOfMonth,
            noise: 0)
        add(
            custom("Figma", "Professional seats", nil, nil), monthly: 675, charge: .flat, schedule: .firstOfMonth,
            growth: 0.01, noise: 0)

        func oracle(_ service: String, _ unit: String) -> [Column: String] {
            [
                .oracleService: service, .oracleUnit: unit, .globalCostCenter: "Oracle Cloud", .globalService: service,
                .globalRegion: "us-ashburn-1", .virtualEnvironment: "Untagged",
            ]
        }
        add(oracle("Compute", "OCPU Hours"), monthly: 1_150, noise: 0.03, lag: [0, 0.6])
        add(oracle("Block Storage", "Gigabyte Storage Capacity Per Month"), monthly: 290, noise: 0.005, lag: [0, 0.6])
    }

    /// What the bulk resources are: four kinds of very small ones.
    mutating func addBulkTemplates() {
        let kinds: [(service: String, type: String, unit: String, price: Double, monthly: Double)] = [
            ("AmazonEC2", "BoxUsage:t4g.nano", "Hrs", 0.0042, 0.6),
            ("AmazonS3", "TimedStorage-ByteHrs", "GB-Mo", 0.023, 0.3),
            ("AmazonCloudWatch", "MetricMonitorUsage", "Metric Datapoints", 0.000003, 0.2),
            ("AWSLambda", "Lambda-GB-Second", "Second", 0.0000166667, 0.1),
        ]
        for kind in kinds {
            for region in ["us-east-1", "us-east-2", "eu-central-1"] {
                var columns = awsColumns(
                    service: kind.service, product: nil, account: .data, region: region, charge: "Usage")
                columns[.awsUsageType] = AWSAccount.prefix(region) + kind.type
                VirtualTags.add(.data, environment: "production", to: &columns)
                add(columns, monthly: kind.monthly, noise: 0.5, net: Self.awsNet, usage: (kind.unit, kind.price, 1))
            }
        }
    }
}
