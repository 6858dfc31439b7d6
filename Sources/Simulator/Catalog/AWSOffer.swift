/// Something AWS bills: what it is called and how much of it the company uses.
struct AWSOffer {
    /// How an offer spreads over the accounts.
    enum Spread {
        case everywhere, product, data, ml, security, sandbox

        var accounts: [(account: AWSAccount, share: Double)] {
            switch self {
            case .everywhere:
                [
                    (.production, 0.44), (.productionEU, 0.22), (.staging, 0.07), (.development, 0.07), (.data, 0.11),
                    (.ml, 0.05), (.security, 0.02), (.sandbox, 0.02),
                ]
            case .product: [(.production, 0.58), (.productionEU, 0.31), (.staging, 0.07), (.development, 0.04)]
            case .data: [(.data, 0.82), (.ml, 0.08), (.development, 0.1)]
            case .ml: [(.ml, 0.88), (.sandbox, 0.12)]
            case .security: [(.security, 1)]
            case .sandbox: [(.sandbox, 1)]
            }
        }
    }

    let service: String
    let product: String
    var subService: String?
    let usageType: String
    /// US dollars a month at the anchor, list price.
    let monthly: Double
    let unit: String
    let price: Double
    var factor = 1.0
    var instance: String?
    let spread: Spread
    var growth = 0.018
    var week = SeriesBuilder.Week.flat
    var noise = 0.035
    var rate: Double?
    var blend = 1.0
    var isTagged = true
    /// In days before the anchor.
    var started: Int?
    var ended: Int?

    static let ec2 = "Amazon Elastic Compute Cloud"

    /// The bill, biggest services first; prices are AWS's public ones for us-east-1, rounded.
    static let all: [AWSOffer] = [
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "Compute", usageType: "BoxUsage:m6i.2xlarge",
            monthly: 19_500, unit: "Hrs", price: 0.384, factor: 16, instance: "m6i.2xlarge", spread: .everywhere,
            growth: 0.024, week: SeriesBuilder.Week.office, blend: 0.97),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "Compute", usageType: "BoxUsage:c6i.xlarge",
            monthly: 9_800, unit: "Hrs", price: 0.17, factor: 8, instance: "c6i.xlarge", spread: .product,
            growth: 0.02, week: SeriesBuilder.Week.consumer, noise: 0.06, blend: 0.98),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "Compute", usageType: "BoxUsage:r6g.xlarge",
            monthly: 49_000, unit: "Hrs", price: 0.2016, factor: 8, instance: "r6g.xlarge", spread: .everywhere,
            growth: 0, noise: 0.01, rate: 0.66, blend: 1.04),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "Spot", usageType: "SpotUsage:c6i.2xlarge", monthly: 4_600,
            unit: "Hrs", price: 0.118, factor: 16, instance: "c6i.2xlarge", spread: .data, growth: 0.01,
            week: SeriesBuilder.Week.office, noise: 0.16),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "EBS", usageType: "EBS:VolumeUsage.gp3", monthly: 11_200,
            unit: "GB-Mo", price: 0.08, spread: .everywhere, growth: 0.027, noise: 0.008),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "EBS", usageType: "EBS:SnapshotUsage", monthly: 3_100,
            unit: "GB-Mo", price: 0.05, spread: .everywhere, growth: 0.035, noise: 0.006),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "NAT Gateway", usageType: "NatGateway-Bytes",
            monthly: 4_900, unit: "GB", price: 0.045, spread: .product, week: SeriesBuilder.Week.consumer, noise: 0.09,
            isTagged: false),
        AWSOffer(
            service: "AmazonEC2", product: ec2, subService: "Data Transfer", usageType: "DataTransfer-Out-Bytes",
            monthly: 6_700, unit: "GB", price: 0.09, spread: .product, growth: 0.022,
            week: SeriesBuilder.Week.consumer, noise: 0.08, isTagged: false),
        AWSOffer(
            service: "AmazonRDS", product: "Amazon Relational Database Service", subService: "Aurora",
            usageType: "InstanceUsage:db.r6g.2xl", monthly: 13_400, unit: "Hrs", price: 0.9, factor: 16,
            instance: "db.r6g.2xlarge", spread: .product, growth: 0.015, noise: 0.01),
        AWSOffer(
            service: "AmazonRDS", product: "Amazon Relational Database Service", subService: "Aurora",
            usageType: "InstanceUsage:db.r6g.xl", monthly: 10_200, unit: "Hrs", price: 0.45, factor: 8,
            instance: "db.r6g.xlarge", spread: .everywhere, growth: 0, noise: 0.01, rate: 0.62),
        AWSOffer(
            service: "AmazonRDS", product: "Amazon Relational Database Service", subService: "Storage",
            usageType: "Aurora:StorageUsage", monthly: 3_900, unit: "GB-Mo", price: 0.1, spread: .product,
            growth: 0.03, noise: 0.008),
        AWSOffer(
            service: "AmazonS3", product: "Amazon Simple Storage Service", subService: "Storage",
            usageType: "TimedStorage-ByteHrs", monthly: 14_300, unit: "GB-Mo", price: 0.023, spread: .everywhere,
            growth: 0.03, noise: 0.006),
        AWSOffer(
            service: "AmazonS3", product: "Amazon Simple Storage Service", subService: "Requests",
            usageType: "Requests-Tier1", monthly: 3_300, unit: "Requests", price: 0.000005, spread: .data,
            week: SeriesBuilder.Week.office, noise: 0.12),
        AWSOffer(
            service: "AmazonCloudFront", product: "Amazon CloudFront", usageType: "DataTransfer-Out-Bytes",
            monthly: 8_600, unit: "GB", price: 0.085, spread: .product, growth: 0.02,
            week: SeriesBuilder.Week.consumer, noise: 0.06),
        AWSOffer(
            service: "AmazonDynamoDB", product: "Amazon DynamoDB", usageType: "WriteRequestUnits", monthly: 7_400,
            unit: "WriteRequestUnits", price: 0.00000125, spread: .product, growth: 0.025,
            week: SeriesBuilder.Week.consumer, noise: 0.07),
        AWSOffer(
            service: "AmazonElastiCache", product: "Amazon ElastiCache", usageType: "NodeUsage:cache.r6g.large",
            monthly: 5_600, unit: "Hrs", price: 0.206, factor: 4, instance: "cache.r6g.large", spread: .product,
            growth: 0.005, noise: 0.01),
        AWSOffer(
            service: "AWSLambda", product: "AWS Lambda", usageType: "Lambda-GB-Second", monthly: 3_700, unit: "Second",
            price: 0.0000166667, spread: .product, growth: 0.04, week: SeriesBuilder.Week.consumer, noise: 0.1),
        AWSOffer(
            service: "AmazonCloudWatch", product: "Amazon CloudWatch", subService: "Logs",
            usageType: "DataProcessing-Bytes", monthly: 5_200, unit: "GB", price: 0.5, spread: .everywhere,
            growth: 0.02, week: SeriesBuilder.Week.office, noise: 0.11),
        AWSOffer(
            service: "AmazonCloudWatch", product: "Amazon CloudWatch", subService: "Metrics",
            usageType: "MetricMonitorUsage", monthly: 1_900, unit: "Metric Datapoints", price: 0.000003,
            spread: .everywhere, growth: 0.015, noise: 0.02),
        AWSOffer(
            service: "AmazonSageMaker", product: "Amazon SageMaker", usageType: "Train:ml.g5.2xlarge", monthly: 9_100,
            unit: "Hrs", price: 1.515, factor: 16, instance: "ml.g5.2xlarge", spread: .ml, growth: 0.02,
            week: SeriesBuilder.Week.workday, noise: 0.22),
        AWSOffer(
            service: "AmazonBedrock", product: "Amazon Bedrock", usageType: "OutputTokenCount", monthly: 8_800,
            unit: "1K tokens", price: 0.015, spread: .ml, growth: 0.15, week: SeriesBuilder.Week.office, noise: 0.14,
            started: 168),
        AWSOffer(
            service: "AmazonRedshift", product: "Amazon Redshift", usageType: "Node:ra3.4xlarge", monthly: 9_700,
            unit: "Hrs", price: 3.26, instance: "ra3.4xlarge", spread: .data, growth: 0, noise: 0.01, ended: 75),
        AWSOffer(
            service: "AmazonES", product: "Amazon OpenSearch Service", usageType: "ESInstance:r6g.large",
            monthly: 4_700, unit: "Hrs", price: 0.167, factor: 4, instance: "r6g.large.search", spread: .product,
            noise: 0.01),
        AWSOffer(
            service: "AWSELB", product: "Elastic Load Balancing", usageType: "LCUUsage", monthly: 2_800,
            unit: "LCU-Hrs",
            price: 0.008, spread: .product, week: SeriesBuilder.Week.consumer, noise: 0.05),
        AWSOffer(
            service: "AmazonGuardDuty", product: "Amazon GuardDuty", usageType: "PaidEventsAnalyzed", monthly: 1_600,
            unit: "Events", price: 0.000004, spread: .security, noise: 0.05, isTagged: false),
        AWSOffer(
            service: "AmazonEKS", product: "Amazon Elastic Kubernetes Service", usageType: "AmazonEKS-Hours:perCluster",
            monthly: 360, unit: "Hrs", price: 0.1, spread: .product, growth: 0, noise: 0),
    ]
}
