#include "Ledger.hpp"

#include <cstring>

namespace rd {

uint64_t hash_bytes(std::string_view bytes, uint64_t seed) {
    uint64_t hash = mix(seed, bytes.size() + 1);
    const char *at = bytes.data();
    size_t left = bytes.size();
    while (left >= 16) {
        uint64_t words[2];
        std::memcpy(words, at, 16);
        hash = mix(hash ^ words[0], words[1]);
        at += 16;
        left -= 16;
    }
    uint64_t words[2] = {0, 0};
    if (left > 0) std::memcpy(words, at, left);
    return mix(hash ^ words[0], words[1] ^ (left << 56));
}

}  // namespace rd

bool RDLedger::holds(uint64_t hash) const {
    if (places.empty()) return false;
    const size_t mask = places.size() - 1;
    for (size_t place = hash & mask;; place = (place + 1) & mask) {
        if (places[place] == hash) return true;
        if (places[place] == 0) return false;
    }
}

void RDLedger::reserve(size_t more) {
    size_t size = places.empty() ? 1024 : places.size();
    while ((used + more) * 2 > size) size *= 2;
    if (size == places.size()) return;
    std::vector<uint64_t> old(size, 0);
    old.swap(places);
    used = 0;
    for (uint64_t hash : old) {
        if (hash != 0) add(hash);
    }
}

bool RDLedger::add(uint64_t hash) {
    const size_t mask = places.size() - 1;
    size_t place = hash & mask;
    while (places[place] != 0) {
        if (places[place] == hash) return false;
        place = (place + 1) & mask;
    }
    places[place] = hash;
    ++used;
    return true;
}

extern "C" RDLedger *rd_ledger_create(void) {
    try {
        return new RDLedger();
    } catch (...) {
        return nullptr;
    }
}

extern "C" void rd_ledger_free(RDLedger *ledger) { delete ledger; }
