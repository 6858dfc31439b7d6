// Which rows one API query has sent already.
#ifndef FINLUA_LEDGER_HPP
#define FINLUA_LEDGER_HPP

#include <cstdint>
#include <string_view>
#include <vector>

#include "CRowDecoder.h"

namespace rd {

inline uint64_t mix(uint64_t left, uint64_t right) {
    const auto wide = static_cast<unsigned __int128>(left ^ 0x9E3779B97F4A7C15);
    const unsigned __int128 product = wide * (right ^ 0xD6E8FEB86659FD93);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t hash_bytes(std::string_view bytes, uint64_t seed);

}  // namespace rd

/// An open-addressed set of hashes; 0 marks a free place, so a hash of 0 is kept as 1.
struct RDLedger {
    std::vector<uint64_t> places;
    size_t used = 0;

    bool holds(uint64_t hash) const;
    /// Makes room for that many more, so that `add` cannot fail.
    void reserve(size_t more);
    /// False if it was there.
    bool add(uint64_t hash);
};

#endif
