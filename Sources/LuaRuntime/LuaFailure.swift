/// What a host function throws; it becomes the error table, with `where` and `call` filled in by the runtime.
///
/// The code `exit` with the field `status` ends the run with that status, and no script can catch it.
public struct LuaFailure: Error, Sendable {
    /// One of the codes of the script API.
    public var code: String
    /// What was asked, what happened, what was expected.
    public var message: String
    /// What to do next.
    public var hint: String?
    /// More fields of the error table: `field`, `request_id`, `retryable`, `come_back_at` …
    public var fields: [String: LuaValue]

    /// A failure with its code and message.
    public init(code: String, message: String, hint: String? = nil, fields: [String: LuaValue] = [:]) {
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = fields
    }

    /// The code of a failure that ends the run.
    public static let exitCode = "exit"
    /// The code of a script that `LuaStop` ended.
    public static let stoppedCode = "stopped"
    /// The code of an error value that carries none of its own.
    public static let scriptErrorCode = "script_error"

    /// Ends the run with `status`, quietly.
    public static func exit(status: Int64) -> LuaFailure {
        LuaFailure(code: exitCode, message: "exit", fields: ["status": .integer(status)])
    }

    static func badArgument(_ message: String) -> LuaFailure {
        LuaFailure(code: "bad_argument", message: message)
    }
}

/// How a run or a call ended that did not end well.
public struct LuaError: Error, Sendable, CustomStringConvertible {
    /// Code, message, hint and fields; the code is `script_error` for a plain string or any other error value.
    public var failure: LuaFailure
    /// The innermost line of the script, "script.lua:12".
    public var `where`: String?
    /// The host function that failed, "finout.query".
    public var call: String?
    /// The frames where the error was raised.
    public var traceback: String

    /// An error with all that is known of it.
    public init(failure: LuaFailure, where place: String? = nil, call: String? = nil, traceback: String = "") {
        self.failure = failure
        self.where = place
        self.call = call
        self.traceback = traceback
    }

    /// The status a script asked to end with, if it did.
    public var exitStatus: Int64? { failure.code == LuaFailure.exitCode ? failure.fields["status"]?.integer ?? 0 : nil }

    /// `where: call: message`.
    public var message: String {
        var text = failure.message
        if let call, !text.contains(call) { text = call + ": " + text }
        if let place = self.where, !text.hasPrefix(place + ":") { text = place + ": " + text }
        return text
    }

    /// The message, and the hint on a line of its own.
    public var description: String { message + (failure.hint.map { "\nhint: " + $0 } ?? "") }
}
