#include <memory>
#include <vector>

#include "Parser.hpp"

struct rd_json {
    rd::ParserLoan loan;
    std::vector<rd_json_node> nodes;
};

namespace {

using simdjson::dom::element_type;

// The depth is the parser's: RD_JSON_DEPTH at most.
void flatten(simdjson::dom::element value, std::vector<rd_json_node> &nodes);

void add_text(std::string_view text, std::vector<rd_json_node> &nodes) {
    rd_json_node node{RD_JSON_STRING, text.size(), {}};
    node.as.text = text.data();
    nodes.push_back(node);
}

void add_array(simdjson::dom::array array, std::vector<rd_json_node> &nodes) {
    const size_t index = nodes.size();
    nodes.push_back({RD_JSON_ARRAY, 0, {}});
    size_t count = 0;
    for (simdjson::dom::element element : array) {
        flatten(element, nodes);
        ++count;
    }
    nodes[index].count = count;
}

void add_object(simdjson::dom::object object, std::vector<rd_json_node> &nodes) {
    const size_t index = nodes.size();
    nodes.push_back({RD_JSON_OBJECT, 0, {}});
    size_t count = 0;
    for (simdjson::dom::key_value_pair member : object) {
        add_text(member.key, nodes);
        flatten(member.value, nodes);
        ++count;
    }
    nodes[index].count = count;
}

void flatten(simdjson::dom::element value, std::vector<rd_json_node> &nodes) {
    rd_json_node node{RD_JSON_NULL, 0, {}};
    switch (value.type()) {
    case element_type::ARRAY: return add_array(value.get_array().value_unsafe(), nodes);
    case element_type::OBJECT: return add_object(value.get_object().value_unsafe(), nodes);
    case element_type::STRING: return add_text(value.get_string().value_unsafe(), nodes);
    case element_type::INT64:
        node.kind = RD_JSON_INTEGER;
        node.as.integer = value.get_int64().value_unsafe();
        break;
    case element_type::UINT64:
        node.kind = RD_JSON_NUMBER;
        node.as.number = static_cast<double>(value.get_uint64().value_unsafe());
        break;
    case element_type::DOUBLE:
        node.kind = RD_JSON_NUMBER;
        node.as.number = value.get_double().value_unsafe();
        break;
    case element_type::BOOL: node.kind = value.get_bool().value_unsafe() ? RD_JSON_TRUE : RD_JSON_FALSE; break;
    case element_type::NULL_VALUE: break;
    }
    nodes.push_back(node);
}

}  // namespace

extern "C" rd_json *rd_json_parse(const char *bytes, size_t count, size_t capacity, rd_json_error *error) {
    try {
        auto value = std::make_unique<rd_json>();
        simdjson::dom::element root;
        if (!rd::parse(value->loan, bytes, count, capacity, rd::MinusZero::kept, &root, error)) return nullptr;
        flatten(root, value->nodes);
        return value.release();
    } catch (...) {
        rd::set_error(error, -1, "there is not enough memory for the text");
        return nullptr;
    }
}

extern "C" const rd_json_node *rd_json_nodes(const rd_json *value) { return value->nodes.data(); }

extern "C" void rd_json_free(rd_json *value) { delete value; }
