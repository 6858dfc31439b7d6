/// The transfers of one client: as many open as allowed, the others in the order they came.
///
/// Guard of `@unchecked Sendable`: touched on the loop's thread only.
final class TransferQueue: @unchecked Sendable {
    let limit: Int
    private var openCount = 0
    private var waiting: [Transfer] = []

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Sends when it is its turn, and waits for its end. Cancelling the task removes the transfer at once.
    @HostLoop func send(_ transfer: Transfer) async throws(HTTPError) -> HTTPResponse {
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                transfer.wait(continuation)
                add(transfer)
            }
        } onCancel: {
            if HostLoop.isCurrent {
                cancel(transfer)
            } else {
                HostLoop.task { self.cancel(transfer) }
            }
        }
        return try result.get()
    }

    func add(_ transfer: Transfer) {
        guard !transfer.isCancelled else { return transfer.finish(.failure(transfer.unsentError)) }
        waiting.append(transfer)
        admit()
    }

    /// Does nothing to a transfer that has ended, or was not added yet.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled = true
        if let index = waiting.firstIndex(where: { $0 === transfer }) {
            waiting.remove(at: index)
            transfer.finish(.failure(transfer.unsentError))
        } else {
            EventLoop.shared.transfers.cancel(transfer)
        }
    }

    /// Called by the set of open transfers.
    func end(_ transfer: Transfer, with result: Result<HTTPResponse, HTTPError>) {
        openCount -= 1
        transfer.finish(result)
        admit()
    }

    private func admit() {
        while openCount < limit, !waiting.isEmpty {
            openCount += 1
            EventLoop.shared.transfers.start(waiting.removeFirst())
        }
    }
}

extension Transfer {
    fileprivate var unsentError: HTTPError {
        HTTPError(kind: .cancelled, message: "\(endpoint.name): cancelled before it was sent")
    }
}
