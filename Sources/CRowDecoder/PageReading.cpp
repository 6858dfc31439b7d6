#include "PageReading.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "Dates.hpp"

namespace rd {

using simdjson::dom::element_type;

namespace {

// Names of a page that nobody asked for; more are no rows of a query.
constexpr size_t most_extras = 64;

bool find(simdjson::dom::object object, std::string_view name, simdjson::dom::element *value) {
    return object.at_key(name).get(*value) == simdjson::SUCCESS;
}

std::string_view text_of(simdjson::dom::element value) {
    std::string_view text;
    return value.get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

const char *kind_name(simdjson::dom::element value) {
    switch (value.type()) {
    case element_type::ARRAY: return "an array";
    case element_type::OBJECT: return "an object";
    case element_type::STRING: return "a text";
    case element_type::BOOL: return "a boolean";
    case element_type::NULL_VALUE: return "null";
    default: return "a number";
    }
}

// The start of the value as JSON, for a message.
std::string excerpt(simdjson::dom::element value) {
    std::string text = simdjson::minify(value);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

bool number_of(simdjson::dom::element value, double *number) {
    return value.get_double().get(*number) == simdjson::SUCCESS;
}

bool count_of(simdjson::dom::element value, int64_t *count) {
    double number = 0;
    if (value.is_string()) {
        const std::string_view text = text_of(value);
        if (!rd_number_parse(text.data(), text.size(), &number)) return false;
    } else if (!number_of(value, &number)) {
        return false;
    }
    if (number < 0 || number != std::trunc(number) || number > 9007199254740991.0) return false;
    *count = static_cast<int64_t>(number);
    return true;
}

bool is_date(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00";
    if (text.size() < shape.size()) return false;
    for (size_t index = 0; index < shape.size(); ++index) {
        const bool fits = shape[index] == '-' ? text[index] == '-' : text[index] >= '0' && text[index] <= '9';
        if (!fits) return false;
    }
    return true;
}

}  // namespace

bool PageReading::read(Element root) {
    simdjson::dom::array data;
    return read_envelope(root, &data) && read_rows(data) && check_columns() && check_repeats();
}

bool PageReading::read_envelope(Element root, simdjson::dom::array *data) {
    simdjson::dom::object envelope;
    if (root.get_object().get(envelope) != simdjson::SUCCESS) {
        fault_.fill(RD_PAGE_MALFORMED, "the page is %s; expected an object with pagination and data", kind_name(root));
        return false;
    }
    Element value;
    if (find(envelope, "requestId", &value) && value.is_string()) {
        page_.request_id = text_of(value);
        page_.has_request_id = true;
    }
    if (!find(envelope, "data", &value) || value.get_array().get(*data) != simdjson::SUCCESS) {
        const char *found = find(envelope, "data", &value) ? kind_name(value) : "missing";
        std::string code;
        for (const char *member : {"code", "error", "message"}) {
            if (find(envelope, member, &value) && value.is_string()) {
                code.append(code.empty() ? "; Finout says: " : " ").append(text_of(value));
            }
        }
        fault_.fill(RD_PAGE_MALFORMED, "the page's data is %s; expected an array of rows%s", found, code.c_str());
        return false;
    }
    if (!find(envelope, "pagination", &value)) {
        fault_.fill(RD_PAGE_MALFORMED, "the page has no pagination; without it nobody knows whether rows are missing");
        return false;
    }
    return read_pagination(value);
}

bool PageReading::read_pagination(Element pagination) {
    simdjson::dom::object members;
    if (pagination.get_object().get(members) != simdjson::SUCCESS) {
        fault_.fill(RD_PAGE_MALFORMED, "pagination is %s; expected an object", kind_name(pagination));
        return false;
    }
    Element value;
    if (find(members, "totalRows", &value) && !value.is_null() && !count_of(value, &page_.total_rows)) {
        fault_.fill(RD_PAGE_MALFORMED, "pagination.totalRows is %s; expected a count", excerpt(value).c_str());
        return false;
    }
    if (find(members, "nextCursor", &value) && !value.is_null()) {
        if (value.is_string()) {
            page_.next_cursor = text_of(value);
        } else if (value.is_number()) {
            // As the API wrote it: a cursor is handed back, never reckoned with.
            page_.next_cursor = simdjson::minify(value);
        } else {
            fault_.fill(RD_PAGE_MALFORMED, "pagination.nextCursor is %s; expected a text", kind_name(value));
            return false;
        }
        page_.has_cursor = !page_.next_cursor.empty();
    }
    page_.has_more = page_.has_cursor;
    const bool says_more = find(members, "hasMore", &value) && !value.is_null();
    if (says_more && value.get_bool().get(page_.has_more) != simdjson::SUCCESS) {
        fault_.fill(RD_PAGE_MALFORMED, "pagination.hasMore is %s; expected true or false", excerpt(value).c_str());
        return false;
    }
    return true;
}

bool PageReading::read_rows(simdjson::dom::array data) {
    size_t expected = data.size();
    page_.cells.reserve(expected * plan_.slots);
    for (Element element : data) {
        simdjson::dom::object row;
        if (element.get_object().get(row) != simdjson::SUCCESS) {
            fault_.fill(RD_PAGE_MALFORMED, "data[%zu] is %s; expected a row, which is an object", row_,
                        kind_name(element));
            return false;
        }
        page_.cells.resize(page_.cells.size() + plan_.slots);
        cells_ = page_.cells.data() + row_ * plan_.slots;
        if (!read_row(row)) return false;
        ++row_;
    }
    page_.rows = row_;
    for (Extra &extra : page_.extras) {
        extra.values.resize(row_);
        if (!extra.units.empty()) extra.units.resize(row_);
    }
    return true;
}

bool PageReading::read_row(simdjson::dom::object row) {
    size_t position = 0;
    for (simdjson::dom::key_value_pair field : row) {
        Name *name = nullptr;
        if (!find_name(field.key, position, &name)) return false;
        const bool twice = name->last_row == row_ + 1 ||
                           (name->target >= 0 && seen_[static_cast<size_t>(name->target)] == row_ + 1);
        if (twice) {
            fault_.fill(RD_PAGE_COLUMNS, "data[%zu] has the column %s twice", row_, name->name.c_str());
            return false;
        }
        name->last_row = row_ + 1;
        if (!read_cell(*name, field.value)) return false;
        ++position;
    }
    return true;
}

bool PageReading::read_cell(Name &name, Element value) {
    if (name.target < 0) return read_extra(static_cast<size_t>(-1 - name.target), value);
    const Column &column = plan_.columns[static_cast<size_t>(name.target)];
    seen_[static_cast<size_t>(name.target)] = row_ + 1;
    if (value.is_null()) return true;
    switch (column.kind) {
    case RD_INTERVAL: return read_interval(column, value);
    case RD_DIMENSION: return read_dimension(column, value);
    case RD_MEASUREMENT: return read_measurement(column, value);
    }
    return true;
}

bool PageReading::cell_fault(const std::string &field, const char *expected, Element value) {
    fault_.fill(RD_PAGE_CELL, "data[%zu].%s is %s; expected %s", row_, field.c_str(), excerpt(value).c_str(), expected);
    return false;
}

bool PageReading::read_interval(const Column &column, Element value) {
    if (!value.is_string()) return cell_fault(column.name, "a date as text", value);
    std::string_view text = text_of(value);
    if (text.size() > 10 && is_date(text) && (text[10] == 'T' || text[10] == ' ')) text = text.substr(0, 10);
    note_days(text);
    cells_[column.slot] = keep_text(text, column.slot);
    return true;
}

void PageReading::note_days(std::string_view label) {
    int64_t first = 0, last = 0;
    int year = 0, month = 0;
    if (day_of(label, &first)) {
        last = first;
    } else if (label.size() == 7 && month_of(label, &year, &month)) {
        month_days(year, month, &first, &last);
    } else {
        page_.has_days = false;
    }
    if (!page_.has_days) return;
    page_.first_day = std::min(page_.first_day, first);
    page_.last_day = std::max(page_.last_day, last);
}

bool PageReading::read_dimension(const Column &column, Element value) {
    char number[RD_NUMBER_TEXT];
    std::string_view text;
    switch (value.type()) {
    case element_type::STRING: text = text_of(value); break;
    case element_type::BOOL: text = value.get_bool().value_unsafe() ? "true" : "false"; break;
    case element_type::INT64: {
        const auto end = std::to_chars(number, number + sizeof number, value.get_int64().value_unsafe()).ptr;
        text = {number, static_cast<size_t>(end - number)};
        break;
    }
    case element_type::UINT64: {
        const auto end = std::to_chars(number, number + sizeof number, value.get_uint64().value_unsafe()).ptr;
        text = {number, static_cast<size_t>(end - number)};
        break;
    }
    case element_type::DOUBLE: text = {number, rd_number_text(value.get_double().value_unsafe(), number)}; break;
    default: return cell_fault(column.name, "a text", value);
    }
    cells_[column.slot] = keep_text(text, column.slot);
    return true;
}

bool PageReading::read_measurement(const Column &column, Element value) {
    simdjson::dom::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) {
        return read_amount(column, value, &cells_[column.slot]);
    }
    Element amount;
    if (!find(members, "amount", &amount)) {
        return cell_fault(column.name, "a number, or an object with an amount", value);
    }
    if (!amount.is_null() && !read_amount(column, amount, &cells_[column.slot])) return false;
    Element unit;
    if (find(members, "unit", &unit) && !unit.is_null()) {
        if (!unit.is_string()) return cell_fault(column.name + ".unit", "a text", unit);
        cells_[column.slot + 1] = keep_text(text_of(unit), column.slot + 1);
    }
    return true;
}

bool PageReading::read_amount(const Column &column, Element value, Cell *amount) {
    double number = 0;
    bool is_number = number_of(value, &number);
    if (!is_number && value.is_string()) {
        const std::string_view text = text_of(value);
        is_number = rd_number_parse(text.data(), text.size(), &number);
    }
    if (!is_number) return cell_fault(column.name, "a number, a number as text, or {amount, unit}", value);
    // No money is no money: -0 becomes 0.
    *amount = Cell::of_number(number == 0 ? 0 : number);
    return true;
}

bool PageReading::read_extra(size_t index, Element value) {
    Extra &extra = page_.extras[index];
    extra.values.resize(row_ + 1);
    Cell &cell = extra.values.back();
    switch (value.type()) {
    case element_type::NULL_VALUE: return true;
    case element_type::STRING: cell = Cell::of_text(page_.arena.keep(text_of(value))); return true;
    case element_type::BOOL:
        cell.kind = CellKind::boolean;
        cell.as.boolean = value.get_bool().value_unsafe();
        return true;
    case element_type::INT64:
        cell.kind = CellKind::integer;
        cell.as.integer = value.get_int64().value_unsafe();
        return true;
    case element_type::UINT64:
    case element_type::DOUBLE: cell = Cell::of_number(value.get_double().value_unsafe()); return true;
    case element_type::OBJECT: {
        Element amount, unit;
        double number = 0;
        const auto members = value.get_object().value_unsafe();
        if (find(members, "amount", &amount) && number_of(amount, &number)) {
            cell = Cell::of_number(number, CellKind::amount);
            if (find(members, "unit", &unit) && unit.is_string()) {
                extra.units.resize(row_ + 1);
                extra.units.back() = Cell::of_text(page_.arena.keep(text_of(unit)));
            }
            return true;
        }
        break;
    }
    default: break;
    }
    // Nobody asked for it and nothing is known of it: as the JSON it came as.
    cell = Cell::of_text(page_.arena.keep(simdjson::minify(value)));
    return true;
}

bool PageReading::find_name(std::string_view name, size_t position, Name **found) {
    if (position < order_.size() && order_[position]->name == name) {
        *found = order_[position];
        return true;
    }
    Name *known = nullptr;
    for (Name &candidate : names_) {
        if (candidate.name == name) known = &candidate;
    }
    if (!known) {
        int target = 0;
        if (!resolve(name, &target)) return false;
        names_.push_back({std::string(name), target, 0});
        known = &names_.back();
    }
    if (position < order_.size()) {
        order_[position] = known;
    } else {
        order_.push_back(known);
    }
    *found = known;
    return true;
}

bool PageReading::resolve(std::string_view name, int *target) {
    const std::string lower_name = lower(name);
    const std::string folded_name = folded(name);
    int exact = -1, by_case = -1, by_fold = -1;
    size_t case_matches = 0, fold_matches = 0;
    for (size_t index = 0; index < plan_.columns.size(); ++index) {
        const Column &column = plan_.columns[index];
        if (column.name == name) exact = static_cast<int>(index);
        if (column.lower_name == lower_name) {
            by_case = static_cast<int>(index);
            ++case_matches;
        }
        if (column.folded_name == folded_name) {
            by_fold = static_cast<int>(index);
            ++fold_matches;
        }
    }
    if (exact >= 0) {
        *target = exact;
        return true;
    }
    if (case_matches > 1 || (case_matches == 0 && fold_matches > 1)) {
        fault_.fill(RD_PAGE_COLUMNS,
                    "data[%zu] has a column %.*s, which could be more than one of the requested columns", row_,
                    static_cast<int>(name.size()), name.data());
        return false;
    }
    if (case_matches == 1 || fold_matches == 1) {
        *target = case_matches == 1 ? by_case : by_fold;
        return true;
    }
    if (page_.extras.size() == most_extras) {
        fault_.fill(RD_PAGE_COLUMNS, "the page has more than %zu columns that the query did not ask for, such as %.*s",
                    most_extras, static_cast<int>(name.size()), name.data());
        return false;
    }
    page_.extras.push_back({page_.arena.keep(name), {}, {}});
    *target = -static_cast<int>(page_.extras.size());
    return true;
}

bool PageReading::check_columns() {
    if (page_.rows == 0) return true;
    for (size_t index = 0; index < plan_.columns.size(); ++index) {
        const Column &column = plan_.columns[index];
        // A dimension that no row of a page has is an absent value. So is a measurement: Kubernetes has no usage. But
        // where a column came that nobody asked for, it may be the measurement under another name.
        if (column.kind == RD_DIMENSION || seen_[index] > 0) continue;
        if (column.kind == RD_MEASUREMENT && page_.extras.empty()) continue;
        std::string found;
        for (const Name &name : names_) found.append(found.empty() ? "" : ", ").append(name.name);
        fault_.fill(RD_PAGE_COLUMNS, "none of the page's %zu rows has the column %s; they have: %s", page_.rows,
                    column.name.c_str(), found.empty() ? "no columns" : found.c_str());
        return false;
    }
    return true;
}

Cell PageReading::keep_text(std::string_view text, size_t slot) {
    if (row_ > 0) {
        const Cell &before = cells_[static_cast<ptrdiff_t>(slot) - static_cast<ptrdiff_t>(plan_.slots)];
        if (before.kind == CellKind::text && before.view() == text) return before;
    }
    return Cell::of_text(page_.arena.keep(text));
}

}  // namespace rd
