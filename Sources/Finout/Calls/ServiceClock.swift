import HostLoop

/// Turns the times of a response's headers into ours.
///
/// An absolute time is moved by the difference between the response's `Date` and our clock, so that a clock that is
/// wrong on either side changes no wait.
struct ServiceClock {
    /// No window of the API is longer than a day; an hour more for clocks that disagree.
    static let horizon: Duration = .seconds(25 * 3600)

    private let now: Moment
    /// How far our clock is ahead of the service's.
    private let skew: Duration?

    init(_ headers: HTTPHeaders, now: Moment) {
        self.now = now
        skew = headers["date"].flatMap { HTTPDate.moment($0, now: now) }.map { now - $0 }
    }

    /// The service's UTC day; nil if it does not say, or what cannot be right.
    var day: Day? {
        guard let skew, max(skew, .zero - skew) <= Self.horizon else { return nil }
        return (now - skew).day
    }

    /// `Retry-After`: seconds or a date; some send seconds since 1970. It is an order, so a wait beyond the horizon
    /// is cut to it and not ignored; a date that is past says nothing.
    func retryAfter(_ text: String) -> Moment? {
        let latest = now + Self.horizon
        if let number = RateLimitField.number(text) {
            return number < 1e9 ? min(now + seconds(number), latest) : absolute(epoch(number)).map { min($0, latest) }
        }
        return HTTPDate.moment(SettingText.trimmed(text), now: now).flatMap(absolute).map { min($0, latest) }
    }

    /// A reset: seconds from now, or seconds or milliseconds since 1970. One beyond the horizon is ignored: a number in
    /// a unit nobody knows is more likely than a limit nobody knows.
    func reset(_ number: Double) -> Moment? {
        let moment = number < 1e9 ? now + seconds(number) : absolute(epoch(number))
        return moment.flatMap { $0 <= now + Self.horizon ? $0 : nil }
    }

    private func epoch(_ number: Double) -> Moment {
        Moment(millisecondsSinceEpoch: Int64(number < 1e11 ? number * 1000 : number))
    }

    /// By our clock; as it stands where the correction leads out of sense. Nil if it is past.
    private func absolute(_ moment: Moment) -> Moment? {
        let candidates = [skew.map { moment + $0 }, moment].compactMap { $0 }.filter { $0 >= now }
        return candidates.first { $0 <= now + Self.horizon } ?? candidates.first
    }

    private func seconds(_ number: Double) -> Duration { .milliseconds(Int64(number * 1000)) }
}
