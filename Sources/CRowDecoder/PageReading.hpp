// From a parsed text to a checked page.
#ifndef FINLUA_PAGE_READING_HPP
#define FINLUA_PAGE_READING_HPP

#include <string>
#include <vector>

#include "Ledger.hpp"
#include "Page.hpp"
#include "Parser.hpp"

namespace rd {

struct PageFault {
    rd_page_error *error;

    void fill(rd_page_fault fault, const char *format, ...) __attribute__((format(printf, 3, 4)));

private:
    // A message cut short must not end within a character.
    static void cut_utf8(char *message);
};

/// Reads one page. Every function gives false once the fault is filled.
class PageReading {
public:
    PageReading(Page &page, RDLedger &ledger, PageFault &fault)
        : page_(page), plan_(*page.plan), ledger_(ledger), fault_(fault), seen_(plan_.columns.size(), 0) {}

    bool read(simdjson::dom::element root);

private:
    using Element = simdjson::dom::element;

    /// What a name in this page stands for: a plan column from 0 up, an extra column below.
    struct Name {
        std::string name;
        int target;
        size_t last_row;
    };

    bool read_envelope(Element root, simdjson::dom::array *data);
    bool read_pagination(Element pagination);
    bool read_rows(simdjson::dom::array data);
    bool read_row(simdjson::dom::object row);
    bool read_cell(Name &name, Element value);
    bool read_interval(const Column &column, Element value);
    void note_days(std::string_view label);
    bool read_dimension(const Column &column, Element value);
    bool read_measurement(const Column &column, Element value);
    bool read_amount(const Column &column, Element value, Cell *amount);
    bool read_extra(size_t index, Element value);
    bool find_name(std::string_view name, size_t position, Name **found);
    bool resolve(std::string_view name, int *target);
    bool check_columns();
    bool check_repeats();
    Cell keep_text(std::string_view text, size_t slot);
    uint64_t hash_row(size_t index, bool *all_zero) const;
    bool cell_fault(const std::string &field, const char *expected, Element value);

    Page &page_;
    const Plan &plan_;
    RDLedger &ledger_;
    PageFault &fault_;
    size_t row_ = 0;
    Cell *cells_ = nullptr;
    // The last row, counted from 1, in which a plan column stood.
    std::vector<size_t> seen_;
    std::deque<Name> names_;
    // The names of the row before, in its order: rows nearly always repeat it.
    std::vector<Name *> order_;
};

}  // namespace rd

#endif
