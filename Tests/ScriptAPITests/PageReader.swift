import Foundation
import FoundationXML

/// Reads a report page as XML, which it is too, and keeps what tests ask for.
final class PageReader: NSObject, XMLParserDelegate {
    /// An element with what stands in it.
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""
    }

    /// The elements in the order of their ends.
    private(set) var elements: [Element] = []
    private var open: [Element] = []

    /// Fails where the page is not well-formed.
    init(_ page: String) throws {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        parser.shouldResolveExternalEntities = false
        guard parser.parse() else {
            throw Malformed(reason: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")")
        }
    }

    struct Malformed: Error {
        let reason: String
    }

    /// The elements of a name.
    func all(_ name: String, class kind: String? = nil) -> [Element] {
        elements.filter { $0.name == name && (kind == nil || $0.attributes["class"] == kind) }
    }

    /// The `d` of the paths of a class: lines, or filled shapes.
    func paths(class kind: String) -> [String] { all("path", class: kind).compactMap { $0.attributes["d"] } }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for place in open.indices { open[place].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        elements.append(open.removeLast())
    }
}
