internal import LuaBridge

extension LuaMachine {
    /// Hands over what `print` has gathered, so that what the host writes next to the same output comes after it.
    public func flushOutput() { lb_flush(core.bridge) }
}
