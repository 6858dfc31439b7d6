#include "Page.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "Ledger.hpp"
#include "PageReading.hpp"

namespace rd {

namespace {
constexpr size_t block_bytes = size_t{64} << 10;
}

std::string_view Arena::keep(std::string_view text) {
    if (text.empty()) return {"", 0};
    if (text.size() > left_) {
        const size_t size = text.size() > block_bytes / 4 ? text.size() : block_bytes;
        blocks_.push_back(std::make_unique<char[]>(size));
        bytes_ += size;
        if (size != block_bytes) {
            char *alone = blocks_.back().get();
            std::memcpy(alone, text.data(), text.size());
            return {alone, text.size()};
        }
        next_ = blocks_.back().get();
        left_ = size;
    }
    char *kept = next_;
    std::memcpy(kept, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {kept, text.size()};
}

size_t Page::byte_count() const {
    size_t count = sizeof *this + cells.capacity() * sizeof(Cell) + arena.bytes();
    for (const Extra &extra : extras) {
        count += sizeof extra + (extra.values.capacity() + extra.units.capacity()) * sizeof(Cell);
    }
    return count;
}

void PageFault::fill(rd_page_fault fault, const char *format, ...) {
    error->fault = fault;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    cut_utf8(error->message);
}

void PageFault::cut_utf8(char *message) {
    size_t count = std::strlen(message);
    while (count > 0 && !rd_utf8_valid(message, count)) --count;
    message[count] = '\0';
}

}  // namespace rd

extern "C" RDPage *rd_page_decode(const char *bytes, size_t count, size_t capacity, const RDPlan *plan,
                                  RDLedger *ledger, rd_page_error *error) {
    *error = {};
    rd::PageFault fault{error};
    try {
        rd::ParserLoan loan;
        simdjson::dom::element root;
        rd_json_error json;
        if (!rd::parse(loan, bytes, count, capacity, rd::MinusZero::dropped, &root, &json)) {
            if (json.offset >= 0) {
                fault.fill(RD_PAGE_MALFORMED, "the page is no JSON: %s at byte %lld of %zu", json.message,
                           static_cast<long long>(json.offset), count);
            } else {
                fault.fill(RD_PAGE_MALFORMED, "the page of %zu bytes is no JSON: %s", count, json.message);
            }
            return nullptr;
        }
        auto page = std::make_shared<rd::Page>();
        page->plan = plan->plan;
        rd::PageReading reading(*page, *ledger, fault);
        if (!reading.read(root)) return nullptr;
        return new RDPage{std::move(page)};
    } catch (...) {
        fault.fill(RD_PAGE_MEMORY, "there is not enough memory for a page of %zu bytes", count);
        return nullptr;
    }
}

extern "C" rd_page_info rd_page_describe(const RDPage *handle) {
    const rd::Page &page = *handle->page;
    rd_page_info info{};
    info.row_count = page.rows;
    info.has_more = page.has_more;
    info.total_rows = page.total_rows;
    if (page.has_cursor) info.next_cursor = {page.next_cursor.data(), page.next_cursor.size()};
    if (page.has_request_id) info.request_id = {page.request_id.data(), page.request_id.size()};
    info.has_days = page.has_days && page.first_day <= page.last_day;
    info.first_day = page.first_day;
    info.last_day = page.last_day;
    info.byte_count = page.byte_count();
    return info;
}

extern "C" void rd_page_free(RDPage *page) { delete page; }
