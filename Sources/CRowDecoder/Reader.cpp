#include "Reader.hpp"

static const char *const no_memory = "there is not enough memory for the rows";

void RDReader::settle() {
    try {
        while (!fault && ready.empty() && !items.empty()) {
            Item &item = items.front();
            if (!item.page) {
                std::vector<std::unique_ptr<rd::Merged>> whole;
                fault = buckets.release(item.finished_window, &whole);
                for (std::unique_ptr<rd::Merged> &merged : whole) ready.push_back(std::move(merged));
                items.pop_front();
                continue;
            }
            if (row == item.page->rows) {
                row = 0;
                items.pop_front();
                continue;
            }
            size_t last_window = 0;
            if (!buckets.is_divided(item.page->row(row), &last_window)) return;
            fault = buckets.hold(*item.page, row, last_window);
            ++row;
        }
    } catch (...) {
        fault = no_memory;
    }
}

bool RDReader::peek(rd::RowView *view) {
    settle();
    if (fault) return false;
    if (!ready.empty()) {
        view->merged = ready.front().get();
        view->cells = view->merged->cells.data();
        view->page = nullptr;
        return true;
    }
    if (items.empty()) return false;
    view->page = items.front().page.get();
    view->row = row;
    view->cells = view->page->row(row);
    view->merged = nullptr;
    return true;
}

void RDReader::take() {
    ++rows_read;
    if (!ready.empty()) {
        ready.pop_front();
    } else if (++row == items.front().page->rows) {
        row = 0;
        items.pop_front();
    }
}

extern "C" RDReader *rd_reader_create(const RDPlan *plan, const int64_t *cuts, size_t count, rd_interval interval) {
    try {
        return new RDReader(plan->plan, std::vector<int64_t>(cuts, cuts + count), interval);
    } catch (...) {
        return nullptr;
    }
}

extern "C" void rd_reader_retain(RDReader *reader) { reader->references.fetch_add(1); }

extern "C" void rd_reader_release(RDReader *reader) {
    if (reader->references.fetch_sub(1) == 1) delete reader;
}

extern "C" void rd_reader_give(RDReader *reader, const RDPage *page) {
    if (!reader->plan->fits(*page->page->plan)) {
        reader->fault = "a page of another query was given";
        return;
    }
    try {
        reader->items.push_back({page->page, 0});
    } catch (...) {
        reader->fault = no_memory;
    }
}

extern "C" void rd_reader_finish_window(RDReader *reader, size_t index) {
    try {
        reader->items.push_back({nullptr, index});
    } catch (...) {
        reader->fault = no_memory;
    }
}

extern "C" bool rd_reader_has_row(RDReader *reader) {
    rd::RowView view;
    return reader->peek(&view) || reader->fault != nullptr;
}

extern "C" uint64_t rd_reader_rows_read(const RDReader *reader) { return reader->rows_read; }

extern "C" const char *rd_reader_fault(const RDReader *reader) { return reader->fault; }
