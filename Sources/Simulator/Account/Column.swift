/// One thing a line item may be grouped or filtered by: a cost center, a key and one of the key's types.
enum Column: Int, CaseIterable {
    case awsService, awsProduct, awsSubService, awsRegion, awsAccountName, awsAccountID, awsUsageType, awsChargeType
    case awsInstanceType, awsResourceID, awsExtractedResource, awsTeam, awsTeamCapital, awsEnvironment, awsEnv
    case awsOwner, awsCreatedBy, awsEquipe, awsClusterTag, awsProject
    case gcpProject, gcpService, gcpRegion, gcpSKU, gcpTeam, gcpEnv
    case azureSubscription, azureResourceGroup, azureService, azureRegion, azureMeter, azureCostCenter
    case kubernetesCluster, kubernetesNamespace, kubernetesDeployment, kubernetesAppPod, kubernetesAppNode
    case kubernetesTeam, kubernetesNodePool
    case oracleUnit, oracleService
    case customKey, customVendor, customItem
    case virtualTeam, virtualEnvironment, virtualProduct, virtualOwner
    case globalCostCenter, globalService, globalRegion

    /// Where the column stands in `/keys`.
    var name: ColumnName { ColumnName.table[rawValue] }
}

/// A column as the API names it.
struct ColumnName: Sendable {
    let costCenter: String
    let key: String
    let type: String
    let displayName: String

    /// The field of a result row: `<costCenter>_<type>_<key>`.
    var field: String { "\(costCenter)_\(type)_\(key)" }

    init(_ costCenter: String, _ key: String, _ type: String, _ displayName: String) {
        self.costCenter = costCenter
        self.key = key
        self.type = type
        self.displayName = displayName
    }

    /// In the order of `Column`. Two lines with the same cost center and key are one key with two types.
    ///
    /// Triples that Finout's documentation or its callers use stand as they use them. Awkward on purpose: keys with
    /// slashes, colons and accents, near duplicates, two keys called "Owner", a virtual tag whose key is an id.
    static let table: [ColumnName] = [
        ColumnName("AWS", "service", "billing_dimension", "Service"),
        ColumnName("AWS", "product_name", "billing_enrichment", "Product Name"),
        ColumnName("AWS", "sub_service", "billing_dimension", "Sub Service"),
        ColumnName("AWS", "region", "billing_dimension", "Regions"),
        ColumnName("AWS", "aws_account_name", "tag", "Account Name"),
        ColumnName("AWS", "aws_account_id", "billing_dimension", "Account ID"),
        ColumnName("AWS", "usage_type", "billing_dimension", "Usage Type"),
        ColumnName("AWS", "charge_type", "billing_dimension", "Charge Type"),
        ColumnName("AWS", "instance_type", "billing_enrichment", "Instance Type"),
        ColumnName("AWS", "resource_id", "resource", "Resource ID"),
        ColumnName("AWS", "extracted_resource", "tag", "Resource"),
        ColumnName("AWS", "team", "tag", "team"),
        ColumnName("AWS", "Team", "tag", "Team"),
        ColumnName("AWS", "environment", "tag", "environment"),
        ColumnName("AWS", "env", "tag", "env"),
        ColumnName("AWS", "owner", "tag", "Owner"),
        ColumnName("AWS", "aws:createdBy", "tag", "Owner"),
        ColumnName("AWS", "équipe", "tag", "équipe"),
        ColumnName("AWS", "kubernetes.io/cluster/prod", "tag", "kubernetes.io/cluster/prod"),
        ColumnName("AWS", "project code", "tag", "Project Code"),
        ColumnName("GCP", "project_id", "tag", "Project"),
        ColumnName("GCP", "cloud_service", "billing_dimension", "Service"),
        ColumnName("GCP", "region", "billing_dimension", "Region"),
        ColumnName("GCP", "sku_description", "billing_dimension", "SKU Description"),
        ColumnName("GCP", "team", "tag", "team"),
        ColumnName("GCP", "env", "tag", "env"),
        ColumnName("Azure", "subscription_name", "billing_dimension", "Subscription"),
        ColumnName("Azure", "resourcegroup", "billing_enrichment", "Resource Group"),
        ColumnName("Azure", "cloud_service", "billing_dimension", "Service"),
        ColumnName("Azure", "region", "billing_dimension", "Region"),
        ColumnName("Azure", "meter_name", "billing_dimension", "Meter"),
        ColumnName("Azure", "cost-center", "tag", "cost-center"),
        ColumnName("Kubernetes", "k8s_cluster", "kubernetes_resource", "Cluster"),
        ColumnName("Kubernetes", "namespace", "k8s_namespace", "Namespace"),
        ColumnName("Kubernetes", "deployment", "k8s_namespace", "deployment"),
        ColumnName("Kubernetes", "app", "k8s_pod_label", "app"),
        ColumnName("Kubernetes", "app", "k8s_node_label", "app"),
        ColumnName("Kubernetes", "team", "k8s_pod_label", "team"),
        ColumnName("Kubernetes", "node.kubernetes.io/pool", "k8s_node_label", "Node Pool"),
        ColumnName("Oracle Cloud", "sku_unit_description", "tag", "SKU Unit Description"),
        ColumnName("Oracle Cloud", "service", "billing_dimension", "Service"),
        ColumnName("Custom Cost", "customCost_Key_1", "custom_cost", "Key_1"),
        ColumnName("Custom Cost", "vendor", "custom_cost", "Vendor"),
        ColumnName("Custom Cost", "item", "custom_cost", "Item"),
        ColumnName("Virtual Tags", "Team", "virtual_tag", "Team"),
        ColumnName("Virtual Tags", "Environment", "virtual_tag", "Environment"),
        ColumnName("Virtual Tags", "Product", "virtual_tag", "Product"),
        ColumnName(
            "Virtual Tags", "6f1c2f0a-3d1e-4a53-9c1b-0f6f3d0a7e11", "virtual_tag", "Cost Center Owner"),
        ColumnName("Global", "cost_center_type", "billing_dimension", "Cost Center"),
        ColumnName("Global", "service", "billing_dimension", "Service"),
        ColumnName("Global", "region", "billing_dimension", "Region"),
    ]
}

/// A key as `/keys` answers it.
public struct DemoKey: Sendable, Equatable {
    /// For example `AWS`.
    public let costCenter: String
    /// For example `region`.
    public let key: String
    /// For example `Regions`.
    public let displayName: String
    /// In the order the API gives them.
    public let types: [String]

    /// Every key of the demo account.
    public static let all: [DemoKey] = {
        var keys: [DemoKey] = []
        for name in ColumnName.table {
            if let last = keys.last, last.costCenter == name.costCenter, last.key == name.key {
                keys[keys.count - 1] = DemoKey(
                    costCenter: last.costCenter, key: last.key, displayName: last.displayName,
                    types: last.types + [name.type])
            } else {
                keys.append(
                    DemoKey(
                        costCenter: name.costCenter, key: name.key, displayName: name.displayName, types: [name.type])
                )
            }
        }
        return keys
    }()

    /// The column of a key and one of its types; nil when the account has none.
    static func column(costCenter: String, key: String, type: String) -> Int? {
        ColumnName.table.firstIndex { $0.costCenter == costCenter && $0.key == key && $0.type == type }
    }
}
