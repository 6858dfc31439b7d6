extension ClientConfiguration {
    /// `text` without the credentials: a server or proxy may echo what it was sent.
    package func redacted(_ text: String) -> String {
        // A word of a few letters is no credential, and stands in many a message.
        [(secretKey, "[secret]"), (clientID, "[client id]")].reduce(text) { text, credential in
            credential.0.utf8.count < 6 ? text : text.replacing(credential.0, with: credential.1)
        }
    }

    /// The same error without the credentials.
    func redacted(_ error: FinoutError) -> FinoutError {
        var error = error
        error.message = redacted(error.message)
        error.hint = error.hint.map(redacted)
        return error
    }
}
