import CCurl

extension Transfer {
    /// Takes one line of the head; answers the number of bytes taken, or 0 to end the transfer.
    func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
        switch head.read(line) {
        case .accepted:
            return line.count
        case .complete:
            if let length = head.contentLength, !head.isCompressed, length > request.maximumBodyBytes,
                request.method != "HEAD"
            {
                return fail(bodyTooLarge("announced a body of \(length) bytes, more"))
            }
            return line.count
        case .tooLarge:
            return fail(
                HTTPError(
                    kind: .tooLarge,
                    message: "\(endpoint.name) sent more than \(ResponseHead.maximumBytes) bytes of header fields"))
        }
    }

    /// Takes decompressed bytes of the body; answers their number, or 0 to end the transfer.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        // JSON shrinks to about an eighth: a first guess that spares a compressed body most moves.
        let expected = head.contentLength.map { head.isCompressed ? min($0, Int.max / 8) * 8 : $0 }
        switch body.append(bytes, expected: expected) {
        case .done: return bytes.count
        case .overLimit: return fail(bodyTooLarge("sent a longer body"))
        case .outOfMemory:
            return fail(HTTPError(kind: .other, message: "\(endpoint.name): no memory for the body of its answer"))
        }
    }

    private func bodyTooLarge(_ what: String) -> HTTPError {
        HTTPError(
            kind: .tooLarge, message: "\(endpoint.name) \(what) than the limit of \(request.maximumBodyBytes) allows")
    }

    private func fail(_ error: HTTPError) -> Int {
        failure = error
        return 0
    }
}
