import CMicroHTTPD

/// An answer on its way; used by one thread of libmicrohttpd, from its making until it is freed.
final class Transmission {
    private let reply: Reply
    private let door: ServiceDoor
    private let socket: Int32
    private var isEnded = false

    init(_ reply: Reply, door: ServiceDoor, socket: Int32) {
        self.reply = reply
        self.door = door
        self.socket = socket
    }

    deinit { end() }

    /// Deals with answers that libmicrohttpd cannot send; the connection is closed after one.
    func sendsByItself() -> Bool {
        if case .late = reply.delivery { door.pause(.milliseconds(20)) }
        switch reply.delivery {
        case .mute:
            door.pause(.seconds(3600)) { cmh_is_hung_up(self.socket) != 0 }
            fallthrough
        case .reset:
            end()
            cmh_reset_on_close(socket)
            return true
        // What is beyond the announced length stands where the next answer would begin.
        case .surplus: send(announcing: reply.body.count / 2)
        case .bytes: send(announcing: reply.body.count, byByte: true)
        // An interim status as the final one, with a body: what Finout's documentation describes is no HTTP.
        case .whole, .late:
            guard reply.status < 200 || door.splits else { return false }
            send(announcing: reply.body.count)
        case .brokenOff, .drip, .stall: return false
        }
        return true
    }

    private func send(announcing count: Int, byByte: Bool = false) {
        var head = "HTTP/1.1 \(reply.status) As it is\r\n"
        for header in reply.headers { head += "\(header.name): \(header.value)\r\n" }
        head += "Content-Type: application/json\r\nContent-Length: \(count)\r\n"
        // libmicrohttpd closes a connection that it did not write to; an interim answer does not say so.
        head += reply.status < 200 ? "\r\n" : "Connection: close\r\n\r\n"
        let bytes = Array(head.utf8) + reply.body
        let send = byByte || door.splits ? cmh_send_split : cmh_send
        bytes.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress!
            send(socket, start, bytes.count - 1)
            end()
            send(socket, start + (bytes.count - 1), 1)
        }
    }

    /// Hands the answer to libmicrohttpd.
    func queue(on connection: OpaquePointer) -> MHD_Result {
        if reply.body.isEmpty { end() }
        let this = Unmanaged.passRetained(self).toOpaque()
        let response = MHD_create_response_from_callback(
            UInt64(reply.body.count), 1 << 16,
            { Unmanaged<Transmission>.fromOpaque($0!).takeUnretainedValue().read($2!, at: Int($1), max: $3) }, this,
            { Unmanaged<Transmission>.fromOpaque($0!).release() })
        guard let response else {
            Unmanaged<Transmission>.fromOpaque(this).release()
            return .NO
        }
        _ = MHD_add_response_header(response, "Content-Type", "application/json; charset=utf-8")
        for header in reply.headers { _ = MHD_add_response_header(response, header.name, header.value) }
        let result = MHD_queue_response(connection, UInt32(reply.status), response)
        MHD_destroy_response(response)
        return result
    }

    /// Copies the next piece of the body.
    private func read(_ target: UnsafeMutablePointer<CChar>, at position: Int, max: Int) -> Int {
        var count = min(max, reply.body.count - position)
        switch reply.delivery {
        case .whole, .late, .bytes, .surplus, .mute, .reset: break
        case .drip:
            if position > 0 { door.pause(.milliseconds(1)) }
            count = min(count, reply.body.count / 40 + 1)
        case .brokenOff, .stall:
            let half = reply.body.count / 2
            guard position < half else {
                if case .stall = reply.delivery {
                    door.pause(.seconds(3600)) { cmh_is_hung_up(self.socket) != 0 }
                }
                end()
                return cmh_broken_off
            }
            count = min(count, half - position)
        }
        reply.body.withUnsafeBytes { body in
            UnsafeMutableRawPointer(target).copyMemory(from: body.baseAddress! + position, byteCount: count)
        }
        // Before the client can see the end, so that its next request never counts beside this one.
        if position + count == reply.body.count { end() }
        return count
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        door.service.end()
    }
}
