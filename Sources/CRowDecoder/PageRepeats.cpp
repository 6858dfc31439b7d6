#include <cstring>

#include "PageReading.hpp"

namespace rd {
namespace {

uint64_t hash_cell(const Cell &cell, uint64_t seed) {
    uint64_t word = 0;
    switch (cell.kind) {
    case CellKind::absent: return seed;
    case CellKind::text: return hash_bytes(cell.view(), seed);
    case CellKind::boolean: word = cell.as.boolean; break;
    case CellKind::integer: word = static_cast<uint64_t>(cell.as.integer); break;
    case CellKind::number:
    case CellKind::amount: std::memcpy(&word, &cell.as.number, sizeof word); break;
    }
    return mix(mix(seed, static_cast<uint64_t>(cell.kind)), word);
}

}  // namespace

uint64_t PageReading::hash_row(size_t index, bool *all_zero) const {
    const Cell *cells = page_.row(index);
    uint64_t hash = 0x2545F4914F6CDD1D;
    for (size_t slot = 0; slot < plan_.slots; ++slot) hash = mix(hash_cell(cells[slot], slot + 1), hash);
    for (const Extra &extra : page_.extras) {
        if (extra.values[index].kind == CellKind::absent) continue;
        uint64_t seed = hash_cell(extra.values[index], hash_bytes(extra.name, 1));
        if (!extra.units.empty()) seed = hash_cell(extra.units[index], seed);
        // A sum: pages may have such columns in any order.
        hash += seed;
    }
    *all_zero = true;
    for (const Column &column : plan_.columns) {
        if (column.kind != RD_MEASUREMENT) continue;
        const Cell &amount = cells[column.slot];
        if (amount.kind == CellKind::number && amount.as.number != 0) *all_zero = false;
    }
    return hash == 0 ? 1 : hash;
}

bool PageReading::check_repeats() {
    std::vector<uint64_t> hashes;
    hashes.reserve(page_.rows);
    bool measures = false;
    for (const Column &column : plan_.columns) measures = measures || column.kind == RD_MEASUREMENT;
    for (size_t index = 0; index < page_.rows; ++index) {
        bool all_zero = false;
        const uint64_t hash = hash_row(index, &all_zero);
        if (!all_zero || !measures) hashes.push_back(hash);
    }
    ledger_.reserve(hashes.size());
    size_t repeated = 0;
    RDLedger own;
    own.reserve(hashes.size());
    for (uint64_t hash : hashes) {
        if (!own.add(hash) || ledger_.holds(hash)) ++repeated;
    }
    if (repeated > 0) {
        fault_.fill(RD_PAGE_REPEATED, "%zu of the page's %zu rows came before in the same query", repeated, page_.rows);
        fault_.error->rows = repeated;
        return false;
    }
    for (uint64_t hash : hashes) ledger_.add(hash);
    return true;
}

}  // namespace rd
