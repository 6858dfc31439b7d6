import CCurl
import Glibc

/// The open transfers and the connections they share.
final class TransferSet {
    /// The library's own set-up, once per process.
    static let initializeLibrary: Void = {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    }()

    /// Nil until the first transfer, so that a process that opens none pays nothing.
    private var multi: UnsafeMutableRawPointer?
    private var open: [UnsafeMutableRawPointer: Transfer] = [:]
    private var keptConnections = 0

    var isEmpty: Bool { open.isEmpty }

    func start(_ transfer: Transfer) {
        if multi == nil { multi = curl_multi_init() }
        if transfer.queue.limit > keptConnections {
            keptConnections = transfer.queue.limit
            ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, keptConnections)
        }
        transfer.didStart(at: SystemClock.ticks)
        let code = curl_multi_add_handle(multi, transfer.easy)
        guard code == CURLM_OK else {
            let cause = String(cString: curl_multi_strerror(code))
            return transfer.queue.end(
                transfer, with: .failure(HTTPError(kind: .other, message: "\(transfer.endpoint.name): \(cause)")))
        }
        open[transfer.easy] = transfer
    }

    /// Moves every transfer along and hands back those that ended.
    func perform() {
        guard !open.isEmpty else { return }
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer = open[message.pointee.easy_handle] else {
                continue
            }
            end(transfer, with: transfer.outcome(of: message.pointee.data.result))
        }
        let ticks = SystemClock.ticks
        for transfer in open.values {
            if let error = transfer.timeoutError(at: ticks) { end(transfer, with: .failure(error)) }
        }
    }

    func cancel(_ transfer: Transfer) {
        end(transfer, with: .failure(HTTPError(kind: .cancelled, message: "\(transfer.endpoint.name): cancelled")))
    }

    func cancelAll() {
        // Each end admits the next that waits, hence the loop.
        while let transfer = open.values.first { cancel(transfer) }
    }

    /// Closes what is kept alive; no transfer may be open.
    func closeConnections() {
        guard open.isEmpty, let multi else { return }
        curl_multi_cleanup(multi)
        self.multi = nil
        keptConnections = 0
    }

    /// Waits until `descriptor` is readable, a transfer can move, or the time is over.
    func wait(on descriptor: Int32, atMost milliseconds: Int) {
        guard !open.isEmpty, let multi else {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&wanted, 1, Int32(milliseconds))
            return
        }
        let deadline = open.values.lazy.map(\.deadline).min()!
        let untilTimeout = Duration.nanoseconds(deadline - SystemClock.ticks).millisecondsRoundedUp
        var wanted = curl_waitfd(fd: descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi, &wanted, 1, Int32(min(milliseconds, untilTimeout)), nil)
    }

    private func end(_ transfer: Transfer, with result: Result<HTTPResponse, HTTPError>) {
        guard open.removeValue(forKey: transfer.easy) != nil else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        transfer.queue.end(transfer, with: result)
    }
}
