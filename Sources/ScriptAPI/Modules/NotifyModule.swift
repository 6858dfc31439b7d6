import HostLoop
import LuaRuntime
import Notify

extension ScriptModule {
    /// `finlua.notify`. `take` stages a notice for an endpoint, and says whether there is anything to tell.
    @HostLoop
    static func notify(
        _ take: @escaping @HostLoop (Notice, _ endpoint: String) throws(NotifyError) -> Bool
    ) -> ScriptModule {
        ScriptModule(
            name: "finlua.notify", source: PackageResources.notify_lua,
            native: [
                "send": NativeFunction(call: "notify.send") { arguments in
                    let name = try arguments.string(0, "name")
                    let notice = try NoticeReader().read(try arguments.table(1, "message"))
                    do throws(NotifyError) {
                        return .values([.boolean(try take(notice, name))])
                    } catch {
                        throw LuaFailure(
                            code: error.code.rawValue, message: "notify.send: \(error.message)", hint: error.hint)
                    }
                },
                "amount": NativeFunction(call: "notify.send") { arguments in
                    .values([.string(Notice.Finding.amount(try arguments.number(0, "amount")))])
                },
            ])
    }
}
