import HostLoop
import RowDecoder

/// A body that is not what it should be; the attempt counts as failed.
package struct BrokenBody: Error {
    let reason: String
}

extension ReceivedBody {
    /// The body as JSON; nil if it is none.
    var json: JSONValue? { try? parsed() }

    /// The body as JSON.
    func parsed() throws(BrokenBody) -> JSONValue {
        if count == 0 { throw BrokenBody(reason: "it is empty") }
        do throws(JSONError) {
            // The body outlives the call, and its capacity is its own.
            return unsafe try JSONValue(parsing: bytes, capacity: capacity)
        } catch {
            throw BrokenBody(reason: "\(error)")
        }
    }
}
