extension SeriesBuilder {
    /// The price of AWS after the company's private discount.
    static let awsNet = 0.93
    /// The part of today's and yesterday's AWS bill that has arrived.
    static let awsLag = [0.38, 0.87]

    /// Everything that AWS bills directly; Kubernetes workloads come apart.
    mutating func addAWS() {
        for offer in AWSOffer.all {
            for (account, accountShare) in offer.spread.accounts {
                for (region, regionShare) in account.regions {
                    for (team, teamShare) in account.teams {
                        add(
                            offer, monthly: offer.monthly * accountShare * regionShare * teamShare, account: account,
                            region: region, team: team)
                    }
                }
            }
        }
        addForgottenTraining()
        addCommitments()
        addInvoiceLines()
    }

    private mutating func add(
        _ offer: AWSOffer, monthly: Double, account: AWSAccount, region: String, team: Team
    ) {
        // AWS bills every small line; a few thousand of them would say nothing more.
        guard monthly >= 8 else { return }
        let name = "\(offer.usageType)/\(account.name)/\(region)/\(team.rawValue)"
        var columns = awsColumns(
            service: offer.service, product: offer.product, account: account, region: region,
            charge: offer.rate == nil ? "Usage" : "DiscountedUsage")
        columns[.awsSubService] = offer.subService
        columns[.awsUsageType] = AWSAccount.prefix(region) + offer.usageType
        columns[.awsInstanceType] = offer.instance
        let resource = "\(team.rawValue)-\(hexadecimal(stableHash(name.utf8)).prefix(8))"
        if offer.isTagged {
            columns[.awsResourceID] =
                "arn:aws:\(offer.service.lowercased()):\(region):\(account.id):\(offer.subService ?? "resource")/\(resource)"
            columns[.awsExtractedResource] = resource
        }
        let known = offer.isTagged ? addTags(name, account: account, team: team, to: &columns) : false
        VirtualTags.add(known ? team : account.owner, environment: account.environment, to: &columns)
        add(
            columns, monthly: monthly, charge: offer.rate.map { .covered(rate: $0) } ?? .onDemand, growth: offer.growth,
            week: account.environment == "development" ? Week.workday : offer.week, noise: offer.noise,
            starting: offer.started.map(daysAgo), ending: offer.ended.map(daysAgo), net: Self.awsNet,
            blend: offer.blend, usage: (offer.unit, offer.price, offer.factor),
            spikes: spikes(offer, account: account, region: region, team: team),
            lag: chance("lag/" + name) < 0.25 ? [0, Self.awsLag[1]] : Self.awsLag)
    }

    /// Columns every AWS line has.
    func awsColumns(
        service: String, product: String?, account: AWSAccount, region: String, charge: String
    ) -> [Column: String] {
        var columns: [Column: String] = [
            .awsService: service, .awsAccountName: account.name, .awsAccountID: account.id, .awsChargeType: charge,
            .globalCostCenter: "AWS", .globalService: service,
        ]
        columns[.awsProduct] = product
        if region != "global" {
            columns[.awsRegion] = region
            columns[.globalRegion] = region
        }
        return columns
    }

    /// Tags as people set them: two spellings of team and of environment, gaps, and odd texts. Says whether the team
    /// is tagged.
    private func addTags(_ name: String, account: AWSAccount, team: Team, to columns: inout [Column: String]) -> Bool {
        let isKept = account.environment == "production" ? 0.8 : account.environment == nil ? 0.25 : 0.62
        let spelling = chance("team/" + name)
        if spelling < isKept {
            columns[.awsTeam] = team.rawValue
        } else if spelling < isKept + 0.08 {
            columns[.awsTeamCapital] = team.title
        }
        if let environment = account.environment {
            let spelling = chance("environment/" + name)
            if spelling < 0.66 {
                columns[.awsEnvironment] = environment
            } else if spelling < 0.86 {
                columns[.awsEnv] = String(environment.prefix(4)) == "deve" ? "dev" : String(environment.prefix(4))
            }
        }
        if chance("owner/" + name) < 0.4 { columns[.awsOwner] = team.owner }
        if chance("creator/" + name) < 0.3 { columns[.awsCreatedBy] = "AssumedRole:terraform" }
        if account.name.hasSuffix("-eu"), chance("equipe/" + name) < 0.7 { columns[.awsEquipe] = team.equipe }
        if columns[.awsInstanceType] != nil, account.name == "harbor-production", chance("cluster/" + name) < 0.4 {
            columns[.awsClusterTag] = chance("shared/" + name) < 0.8 ? "owned" : "shared"
        }
        let project = chance("project/" + name)
        if project < 0.25 {
            let codes = ["P-1042 Replatform", "Q4 \"launch\", phase 1", "=P-2001", "C:\\legacy", "P-1042  Replatform"]
            columns[.awsProject] = codes[Int(project / 0.25 * Double(codes.count))]
        }
        return columns[.awsTeam] != nil || columns[.awsTeamCapital] != nil
    }

    private func spikes(
        _ offer: AWSOffer, account: AWSAccount, region: String, team: Team
    ) -> [LineSeries.Spike] {
        var spikes: [LineSeries.Spike] = []
        switch (offer.usageType, account.name, team) {
        case ("NatGateway-Bytes", "harbor-production", .search):
            spikes.append(.init(days: daysAgo(95)...daysAgo(92), factor: 6))
        case ("DataProcessing-Bytes", "harbor-production", .checkout):
            spikes.append(.init(days: daysAgo(38)...daysAgo(36), factor: 9))
        case ("Requests-Tier1", "harbor-data", .data):
            spikes.append(.init(days: daysAgo(9)...daysAgo(8), factor: 4.5))
        case ("DataTransfer-Out-Bytes", "harbor-production-eu", .catalog):
            spikes.append(.init(days: daysAgo(221)...daysAgo(219), factor: 3))
        default: break
        }
        if offer.week == Week.consumer {
            for week in sales { spikes.append(.init(days: week, factor: 1.3)) }
        }
        return spikes
    }

    /// GPU machines somebody forgot in the sandbox over a week.
    private mutating func addForgottenTraining() {
        var columns = awsColumns(
            service: "AmazonEC2", product: AWSOffer.ec2, account: .sandbox, region: "us-east-2", charge: "Usage")
        columns[.awsSubService] = "Compute"
        columns[.awsUsageType] = "USE2-BoxUsage:p4d.24xlarge"
        columns[.awsInstanceType] = "p4d.24xlarge"
        columns[.awsResourceID] = "arn:aws:ec2:us-east-2:\(AWSAccount.sandbox.id):instance/i-0feedfacecafe0001"
        columns[.awsExtractedResource] = "i-0feedfacecafe0001"
        columns[.awsCreatedBy] = "IAMUser:intern-2026"
        VirtualTags.add(nil, environment: nil, to: &columns)
        add(
            columns, monthly: 23_594, noise: 0, starting: daysAgo(66), ending: daysAgo(58), net: Self.awsNet,
            usage: ("Hrs", 32.7726, 192))
    }
}
