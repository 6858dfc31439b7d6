extension SeriesBuilder {
    private enum Host {
        case aws(AWSAccount, region: String)
        case gcp(project: String, region: String)
        case azure(subscription: String, group: String, region: String)
    }

    private struct Namespace {
        let name: String
        let team: Team?
        let deployments: [String]
        let share: Double

        static let product: [Namespace] = [
            Namespace(
                name: "checkout", team: .checkout, deployments: ["checkout-api", "cart", "checkout-worker"], share: 0.17
            ),
            Namespace(
                name: "payments", team: .payments, deployments: ["payments-api", "ledger", "fraud-scorer"], share: 0.12),
            Namespace(
                name: "catalog", team: .catalog, deployments: ["catalog-api", "image-resizer", "indexer"], share: 0.14),
            Namespace(
                name: "search", team: .search, deployments: ["search-api", "query-rewriter", "ranker"], share: 0.16),
            Namespace(name: "identity", team: .identity, deployments: ["auth", "session-store"], share: 0.06),
            Namespace(name: "growth", team: .growth, deployments: ["experiments", "emails"], share: 0.05),
            Namespace(
                name: "monitoring", team: .platform, deployments: ["prometheus", "loki", "grafana"], share: 0.08),
            Namespace(name: "ingress-nginx", team: .platform, deployments: ["ingress-nginx-controller"], share: 0.03),
            Namespace(name: "kube-system", team: nil, deployments: ["coredns", "aws-node", "kube-proxy"], share: 0.04),
            Namespace(name: "__idle__", team: nil, deployments: [], share: 0.15),
        ]
        static let data: [Namespace] = [
            Namespace(name: "airflow", team: .data, deployments: ["scheduler", "worker"], share: 0.24),
            Namespace(name: "spark", team: .data, deployments: ["driver", "executor"], share: 0.38),
            Namespace(name: "feature-store", team: .ml, deployments: ["online-store", "materializer"], share: 0.18),
            Namespace(name: "kube-system", team: nil, deployments: ["kube-dns"], share: 0.03),
            Namespace(name: "__idle__", team: nil, deployments: [], share: 0.17),
        ]
        static let tools: [Namespace] = [
            Namespace(name: "gitlab-runner", team: .platform, deployments: ["runner"], share: 0.5),
            Namespace(name: "backstage", team: .platform, deployments: ["backstage"], share: 0.1),
            Namespace(name: "vault", team: .security, deployments: ["vault"], share: 0.12),
            Namespace(name: "__idle__", team: nil, deployments: [], share: 0.28),
        ]
    }

    /// The part of the cloud bills that Kubernetes workloads caused, by cluster, namespace and deployment.
    mutating func addKubernetes() {
        addCluster(
            "prod-us-east-1", .aws(.production, region: "us-east-1"), Namespace.product, monthly: 24_500,
            environment: "production", week: Week.consumer)
        addCluster(
            "prod-eu-west-1", .aws(.productionEU, region: "eu-west-1"), Namespace.product, monthly: 11_800,
            environment: "production", week: Week.consumer)
        addCluster(
            "staging-us-east-1", .aws(.staging, region: "us-east-1"), Namespace.product, monthly: 3_900,
            environment: "staging", week: Week.workday)
        addCluster(
            "data-us-central1", .gcp(project: "harbor-analytics-prod", region: "us-central1"), Namespace.data,
            monthly: 8_700, environment: "production", week: Week.office)
        addCluster(
            "tools-westeurope", .azure(subscription: "Corp-Production", group: "rg-tools-aks", region: "westeurope"),
            Namespace.tools, monthly: 3_200, environment: "production", week: Week.workday)
    }

    private mutating func addCluster(
        _ cluster: String, _ host: Host, _ namespaces: [Namespace], monthly: Double, environment: String,
        week: [Double]
    ) {
        let share = namespaces.reduce(0) { $0 + $1.share }
        for namespace in namespaces {
            let workloads = namespace.deployments.isEmpty ? [nil] : namespace.deployments.map(Optional.some)
            for (number, workload) in workloads.enumerated() {
                let name = "\(cluster)/\(namespace.name)/\(workload ?? "")"
                var columns = self.columns(host)
                columns[.globalCostCenter] = "Kubernetes"
                columns[.kubernetesCluster] = cluster
                columns[.kubernetesNamespace] = namespace.name
                columns[.kubernetesDeployment] = workload
                let pool = number == 0 ? "general" : chance("pool/" + name) < 0.5 ? "spot" : "general"
                columns[.kubernetesNodePool] = pool
                // Nodes of the spot pool are labelled by their autoscaler; the label's key is that of the pods' label.
                if pool == "spot" { columns[.kubernetesAppNode] = "karpenter" }
                if let workload, chance("app/" + name) < 0.85 { columns[.kubernetesAppPod] = workload }
                let isLabelled = namespace.team != nil && chance("label/" + name) < 0.75
                if isLabelled { columns[.kubernetesTeam] = namespace.team?.rawValue }
                VirtualTags.add(namespace.team, environment: environment, to: &columns)
                let weight = workloads.count == 1 ? 1 : 0.6 + chance("weight/" + name) * 0.8
                add(
                    columns, monthly: monthly * namespace.share / share / Double(workloads.count) * weight,
                    growth: 0.022, week: week, noise: namespace.name == "__idle__" ? 0.2 : 0.05, net: Self.awsNet,
                    lag: [0.3, 0.9])
            }
        }
    }

    private func columns(_ host: Host) -> [Column: String] {
        switch host {
        case .aws(let account, let region):
            var columns = awsColumns(
                service: "AmazonEC2", product: AWSOffer.ec2, account: account, region: region, charge: "Usage")
            columns[.awsUsageType] = AWSAccount.prefix(region) + "BoxUsage:m6i.4xlarge"
            columns[.awsInstanceType] = "m6i.4xlarge"
            columns[.awsSubService] = "Compute"
            return columns
        case .gcp(let project, let region):
            return [
                .gcpProject: project, .gcpService: "Kubernetes Engine", .gcpRegion: region,
                .gcpSKU: "N2 Instance Core running in Americas", .globalService: "Kubernetes Engine",
                .globalRegion: region,
            ]
        case .azure(let subscription, let group, let region):
            return [
                .azureSubscription: subscription, .azureResourceGroup: group, .azureService: "Virtual Machines",
                .azureRegion: region, .azureMeter: "D8s v5", .globalService: "Virtual Machines", .globalRegion: region,
            ]
        }
    }
}
