import Commands
import Glibc

@main
struct Finlua {
    static func main() {
        exit(Tool.main(Array(CommandLine.arguments.dropFirst())))
    }
}
