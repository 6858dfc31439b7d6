#include "Plan.hpp"

namespace rd {

std::string lower(std::string_view name) {
    std::string result(name);
    for (char &character : result) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    }
    return result;
}

std::string folded(std::string_view name) {
    std::string result = lower(name);
    for (char &character : result) {
        const bool kept = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
        if (!kept) character = '_';
    }
    return result;
}

Plan::Plan(const rd_column *described, size_t count) {
    for (size_t index = 0; index < count; ++index) {
        const rd_column &from = described[index];
        Column column{};
        column.kind = from.kind;
        column.name = view(from.name);
        column.lower_name = lower(column.name);
        column.folded_name = folded(column.name);
        column.aggregation = from.aggregation;
        column.has_unit = from.has_unit;
        column.slot = slots;
        const bool stays_object = from.kind == RD_MEASUREMENT && !from.alias.text;
        const std::string shown = from.alias.text ? std::string(view(from.alias)) : column.name;
        if (!stays_object) column.output = shown;
        column.unit_output = shown + "_unit";
        outputs.push_back({shown, column.slot});
        if (from.kind == RD_MEASUREMENT && from.has_unit) outputs.push_back({column.unit_output, column.slot + 1});
        if (from.kind == RD_INTERVAL) interval = static_cast<int>(index);
        slots += from.kind == RD_MEASUREMENT ? 2 : 1;
        columns.push_back(std::move(column));
    }
}

bool Plan::fits(const Plan &other) const {
    if (this == &other) return true;
    if (columns.size() != other.columns.size()) return false;
    for (size_t index = 0; index < columns.size(); ++index) {
        const Column &column = columns[index], &match = other.columns[index];
        if (column.kind != match.kind || column.name != match.name) return false;
    }
    return true;
}

}  // namespace rd

extern "C" RDPlan *rd_plan_create(const rd_column *columns, size_t count) {
    try {
        return new RDPlan{std::make_shared<const rd::Plan>(columns, count)};
    } catch (...) {
        return nullptr;
    }
}

extern "C" void rd_plan_free(RDPlan *plan) { delete plan; }

extern "C" rd_text rd_plan_output(const RDPlan *plan, size_t index) {
    const auto &outputs = plan->plan->outputs;
    if (index >= outputs.size()) return {nullptr, 0};
    return {outputs[index].name.data(), outputs[index].name.size()};
}
