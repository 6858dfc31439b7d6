import Finout
import HostLoop

/// Keeps the progress line of a terminal up to date, and out of the way of everything else that is printed.
@HostLoop final class Progress {
    private var state: ProgressState
    private let descriptor: Int32
    private var shown = false
    private var ticker: Task<Void, Never>?
    private var open: Set<String> = []

    /// Starts to draw on `descriptor`; nil where no terminal is.
    init?(descriptor: Int32 = Terminal.error) {
        guard Terminal.isTerminal(descriptor) else { return nil }
        self.descriptor = descriptor
        state = ProgressState(started: HostLoop.now)
        ticker = HostLoop.task { [weak self] in
            while (try? await HostLoop.sleep(for: .milliseconds(200))) != nil {
                guard let self else { return }
                self.draw()
            }
        }
    }

    /// Takes note of what the client does.
    func note(_ event: ClientEvent) {
        switch event {
        case .submitted(let query, _), .resumed(let query, _):
            open.insert(query)
            state.waiting = nil
        case .completed(let query, _):
            if open.remove(query) != nil { state.finished += 1 }
            state.waiting = nil
        case .page(_, let rows, _, _):
            state.rows += rows
            state.waiting = nil
        case .waiting(let limiter, let until):
            state.waiting = (RunSummary.named(limiter), until)
        case .retrying(let route, _, let reason, let next):
            state.waiting = ("\(route) to be tried again (\(reason))", next)
        case .polled, .split, .warning:
            break
        }
        state.running = open.count
    }

    /// Removes the line before something else is printed.
    func clear() {
        guard shown else { return }
        Terminal.print("\r\u{1B}[K", to: descriptor)
        shown = false
    }

    /// Removes the line for good.
    func finish() {
        ticker?.cancel()
        ticker = nil
        clear()
    }

    private func draw() {
        let line = state.line(at: HostLoop.now, width: Terminal.width(descriptor))
        guard !line.isEmpty else { return clear() }
        Terminal.print("\r\u{1B}[K\(line)", to: descriptor)
        shown = true
    }
}
