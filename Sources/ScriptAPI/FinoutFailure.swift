import Confinement
import Finout
import HostLoop
import LuaRuntime
import RunLimits

extension LuaFailure {
    /// What a script sees of an error of the client: every field, under the names of the script API.
    init(_ error: FinoutError) {
        if let excess = error.excess {
            self.init(excess)
            return
        }
        var fields: [String: LuaValue] = ["retryable": .boolean(error.retryable)]
        fields["api_code"] = error.apiCode.map(LuaValue.string)
        fields["field"] = error.field.map(LuaValue.string)
        fields["status"] = error.httpStatus.map { .integer(Int64($0)) }
        fields["request_id"] = error.requestID.map(LuaValue.string)
        fields["come_back_at"] = error.comeBackAt.map { .string($0.description) }
        self.init(code: error.code.rawValue, message: error.message, hint: error.hint, fields: fields)
    }

    init(_ failure: OutputFailure) {
        self.init(
            code: "output", message: failure.message, hint: failure.hint)
    }
}

/// Runs `body` and turns the errors of the parts below into what a script sees.
@HostLoop
func scripted<Result>(_ body: @HostLoop () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as FinoutError {
        throw LuaFailure(error)
    } catch let error as OutputFailure {
        throw LuaFailure(error)
    } catch let error as Refusal {
        var failure = LuaFailure(error, unusable: "output")
        if error.kind == .unusable { failure.hint = failure.hint ?? OutputFailure.advice }
        throw failure
    } catch let error as LimitExcess {
        throw LuaFailure(error)
    }
}

/// As `scripted`, for a body that waits.
@HostLoop
func scripted<Result>(_ body: @HostLoop () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as FinoutError {
        throw LuaFailure(error)
    } catch let error as OutputFailure {
        throw LuaFailure(error)
    } catch let error as LimitExcess {
        throw LuaFailure(error)
    }
}
