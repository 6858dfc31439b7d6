import HostLoop

extension SeriesBuilder {
    /// The weeks of the year's big sale within the data, the last week of November.
    var sales: [ClosedRange<Int>] {
        let years = Day(daysSinceEpoch: first).year...Day(daysSinceEpoch: today).year
        return years.compactMap { year in
            guard let day = Day(year: year, month: 11, dayOfMonth: 24) else { return nil }
            return day.daysSinceEpoch...day.daysSinceEpoch + 6
        }
    }

    /// What commitments cost: fees show in unblended cost on their day, and are spread over what they cover otherwise.
    mutating func addCommitments() {
        func fee(_ service: String, _ type: String) -> [Column: String] {
            var columns = awsColumns(
                service: service, product: nil, account: .payer, region: "global", charge: "RIFee")
            columns[.awsUsageType] = type
            VirtualTags.add(.platform, environment: nil, to: &columns)
            return columns
        }
        var upfront = fee("AmazonEC2", "HeavyUsage:r6g.xlarge")
        upfront[.awsChargeType] = "Fee"
        add(
            upfront, monthly: 198_000, charge: .commitmentFee, schedule: .once(daysAgo(150)), noise: 0,
            net: Self.awsNet)
        add(
            fee("AmazonEC2", "HeavyUsage:r6g.xlarge"), monthly: 17_400, charge: .commitmentFee,
            schedule: .firstOfMonth, noise: 0, net: Self.awsNet)
        add(
            fee("AmazonRDS", "HeavyUsage:db.r6g.xl"), monthly: 6_600, charge: .commitmentFee, schedule: .firstOfMonth,
            noise: 0, net: Self.awsNet)
        var unused = fee("AmazonEC2", "UnusedBox:r6g.xlarge")
        unused[.awsChargeType] = "UnusedCommitment"
        add(unused, monthly: 1_450, charge: .unusedCommitment, noise: 0.3, net: Self.awsNet, lag: Self.awsLag)
    }

    /// Support and tax on the 1st, credits and refunds.
    mutating func addInvoiceLines() {
        func line(_ service: String, _ product: String, _ charge: String, _ account: AWSAccount) -> [Column: String] {
            var columns = awsColumns(
                service: service, product: product, account: account, region: "global", charge: charge)
            VirtualTags.add(nil, environment: nil, to: &columns)
            return columns
        }
        add(
            line("AWSSupportBusiness", "AWS Support (Business)", "Fee", .payer), monthly: 8_900, charge: .flat,
            schedule: .firstOfMonth, growth: 0.018, noise: 0.02)
        for (account, monthly) in [(AWSAccount.production, 2_900.0), (.productionEU, 3_350), (.data, 620)] {
            add(
                line("Tax", "AWS Tax", "Tax", account), monthly: monthly, charge: .tax, schedule: .firstOfMonth,
                growth: 0.018, noise: 0.03)
        }
        add(
            line("AmazonEC2", AWSOffer.ec2, "Credit", .payer), monthly: -2_400, charge: .credit, noise: 0,
            lag: Self.awsLag)
        add(
            line("AmazonBedrock", "Amazon Bedrock", "Credit", .ml), monthly: -1_500, charge: .credit, noise: 0,
            starting: daysAgo(168), ending: daysAgo(79))
        add(
            line("AmazonCloudFront", "Amazon CloudFront", "Refund", .productionEU), monthly: -2_140.55,
            charge: .credit, schedule: .once(daysAgo(51)), noise: 0)
        add(
            line("AmazonRDS", "Amazon Relational Database Service", "Refund", .production), monthly: -640.12,
            charge: .credit, schedule: .once(daysAgo(203)), noise: 0)
    }
}
