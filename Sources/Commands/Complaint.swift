import Confinement
import Finout
import HostLoop
import LuaRuntime
import Notify
import RowDecoder
import ScriptAPI
import StateStore

/// What is said of an error, and the exit status that goes with it. The only map from errors to statuses.
struct Complaint {
    /// What was asked, what happened, what was tried.
    let message: String
    /// What to do next.
    let hint: String?
    let status: ExitStatus
    /// What machines read of it: `code`, `where` and whatever else the error carries, besides message and hint.
    var fields: [(name: String, value: JSONValue)] = []

    init(_ error: any Error) {
        switch error {
        case let error as UsageError:
            (message, hint, status) = (error.description, error.help, .usage)
        case let error as Refusal:
            // Inside a script it has a code.
            (message, hint, status) = (error.message, error.hint, .usage)
        case let error as FinoutError:
            (message, hint) = (error.message, error.hint)
            // Outside a script only a setting can be a bad argument.
            status = error.code == .badArgument ? .usage : ExitStatus(errorCode: error.code.rawValue)
            fields = [("code", .string(error.code.rawValue))]
        case let error as LuaError:
            (message, hint) = (error.message, error.failure.hint)
            status = ExitStatus(errorCode: error.failure.code)
            fields = error.fields
        case let error as NotifyError:
            (message, hint) = (error.message, error.hint)
            status = ExitStatus(errorCode: error.code.rawValue)
            fields = [("code", .string(error.code.rawValue))]
        case let error as OutputFailure:
            (message, hint, status) = (error.message, error.hint, .output)
        case let error as StateError:
            (message, hint, status) = (error.message, error.hint, .output)
        case let error as Overlap:
            (message, hint, status) = (error.description, error.hint, .locked)
        case let error as Terminal.WriteError:
            (message, hint, status) = ("stdout cannot be written: \(error)", nil, .output)
        default:
            (message, hint, status) = ("\(error)\n  this is a defect in finlua", nil, .defect)
        }
    }

    /// For people: the message, and the hint on a line of its own.
    var text: String { message + (hint.map { "\nhint: \($0)" } ?? "") }

    func report() -> ExitStatus {
        Terminal.complain("finlua: \(text)")
        return status
    }
}

extension LuaError {
    fileprivate var fields: [(name: String, value: JSONValue)] {
        let known: [(String, JSONValue?)] = [
            ("code", .string(failure.code)), ("where", self.where.map(JSONValue.string)),
            ("call", call.map(JSONValue.string)),
        ]
        let others = failure.fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        return (known + others).compactMap { name, value in value.map { (name, $0) } }
    }
}

extension LuaValue {
    /// A plain value; nil for what JSON has no word for.
    fileprivate var json: JSONValue? {
        switch self {
        case .boolean(let flag): .boolean(flag)
        case .integer(let integer): .integer(integer)
        case .number(let number) where number.isFinite: .number(number)
        case .string(let text): .string(text)
        default: nil
        }
    }
}
