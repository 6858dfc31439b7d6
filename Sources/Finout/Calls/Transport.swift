public import HostLoop

/// What carries a request to the service: libcurl in the product, scripted answers in a test.
@HostLoop public protocol Transport: AnyObject {
    /// Sends one request and gives its answer, of whatever status; fails when there is none.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: Transport {}
