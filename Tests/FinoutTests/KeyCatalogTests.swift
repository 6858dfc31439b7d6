import Finout
import Testing

struct KeyCatalogTests {
    private func resolve(_ path: String, type: String? = nil) throws(FinoutError) -> KeyReference {
        var reference = KeyReference(path: path)!
        reference.type = type
        return try testCatalog.resolve(reference, field: "key")
    }

    private func failure(_ path: String, type: String? = nil) -> FinoutError? {
        do throws(FinoutError) {
            _ = try resolve(path, type: type)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a path is a cost center and a key that may hold slashes`() throws {
        let reference = try #require(KeyReference(path: "AWS/aws:team/owner"))
        #expect(reference.costCenter == "AWS" && reference.key == "aws:team/owner")
        #expect(
            KeyReference(path: "AWS") == nil && KeyReference(path: "/x") == nil && KeyReference(path: "AWS/") == nil)
    }

    @Test func `a key is found by its id, else by its display name, with its type`() throws {
        #expect(try resolve("AWS/region") == KeyReference(costCenter: "AWS", key: "region", type: "billing_dimension"))
        #expect(
            try resolve("Virtual Tags/Team")
                == KeyReference(costCenter: "Virtual Tags", key: "7f1", type: "virtual_tag"))
        #expect(try resolve("AWS/Team owner").key == "aws:team/owner")
        #expect(try resolve("Kubernetes/app", type: "k8s_node_label").type == "k8s_node_label")
    }

    @Test func `a key of several types lists them`() {
        let error = failure("Kubernetes/app")
        #expect(error?.field == "key.type")
        #expect(error?.message.contains("k8s_pod_label, k8s_node_label") == true)
    }

    @Test func `a display name that two keys share lists their ids`() {
        #expect(failure("Custom Cost/Shared")?.hint == "Name one by its id: 'Custom Cost/one' or 'Custom Cost/two'.")
    }

    @Test(arguments: [
        ("AWS/REGION", "AWS/region"), ("AWS/regoin", "AWS/region"), ("AWS/serv", "AWS/service"),
        ("aws/service", "AWS/service"), ("Virtual Tag/Team", "Virtual Tags/Team"), ("GCP/region", "AWS/region"),
    ])
    func `a miss suggests the nearest name`(path: String, suggestion: String) throws {
        let error = try #require(failure(path))
        #expect(error.code == .badQuery)
        #expect(error.hint?.contains("'\(suggestion)'") == true, "\(error)")
    }
}
