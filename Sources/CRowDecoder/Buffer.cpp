#include "Buffer.hpp"

#include <charconv>

#include "Plan.hpp"

namespace {

// A space at an edge is quoted too: readers differ in whether they keep it.
bool needs_quotes(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ') return true;
    for (char character : text) {
        if (character == ',' || character == '"' || character == '\r' || character == '\n') return true;
    }
    return false;
}

bool looks_like_formula(std::string_view text) {
    return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

/// A Lua state's own memory, so that its limit holds for what is written too.
class LuaMemory final : public std::pmr::memory_resource {
public:
    explicit LuaMemory(lua_State *state) : state_(state), allocate_(lua_getallocf(state, &context_)) {}

private:
    lua_State *state_;
    void *context_ = nullptr;
    lua_Alloc allocate_;

    void *do_allocate(size_t count, size_t) override {
        void *block = allocate_(context_, nullptr, LUA_TUSERDATA, count);
        if (block) return block;
        lua_gc(state_, LUA_GCCOLLECT);
        block = allocate_(context_, nullptr, LUA_TUSERDATA, count);
        if (!block) throw std::bad_alloc();
        return block;
    }

    // The state that asked may be gone; its allocator is not.
    void do_deallocate(void *block, size_t count, size_t) override { allocate_(context_, block, count, 0); }

    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }
};

template <typename Body>
bool without_throwing(Body body) {
    try {
        body();
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace

void RDBuffer::csv_text(std::string_view text, bool guarded) {
    const bool is_guarded = guarded && looks_like_formula(text);
    const bool quoted = needs_quotes(text);
    if (quoted) bytes.push_back('"');
    if (is_guarded) bytes.push_back('\'');
    if (!quoted) {
        bytes.append(text);
        return;
    }
    for (char character : text) {
        if (character == '"') bytes.push_back('"');
        bytes.push_back(character);
    }
    bytes.push_back('"');
}

void RDBuffer::json_text(std::string_view text) {
    bytes.push_back('"');
    size_t written = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        const auto character = static_cast<unsigned char>(text[at]);
        if (character >= 0x20 && character != '"' && character != '\\') continue;
        bytes.append(text, written, at - written);
        written = at + 1;
        bytes.push_back('\\');
        switch (character) {
        case '\n': bytes.push_back('n'); break;
        case '\r': bytes.push_back('r'); break;
        case '\t': bytes.push_back('t'); break;
        case '\b': bytes.push_back('b'); break;
        case '\f': bytes.push_back('f'); break;
        case '"':
        case '\\': bytes.push_back(static_cast<char>(character)); break;
        default:
            bytes.append("u00");
            bytes.push_back("0123456789abcdef"[character >> 4]);
            bytes.push_back("0123456789abcdef"[character & 15]);
        }
    }
    bytes.append(text, written);
    bytes.push_back('"');
}

void RDBuffer::number(double number) {
    char text[RD_NUMBER_TEXT];
    bytes.append(text, rd_number_text(number, text));
}

void RDBuffer::integer(int64_t integer) {
    char text[RD_NUMBER_TEXT];
    bytes.append(text, std::to_chars(text, text + sizeof text, integer).ptr);
}

extern "C" RDBuffer *rd_buffer_create(void) {
    try {
        return new RDBuffer();
    } catch (...) {
        return nullptr;
    }
}

extern "C" RDBuffer *rd_buffer_create_in(lua_State *state) {
    try {
        return new RDBuffer(std::make_unique<LuaMemory>(state));
    } catch (...) {
        return nullptr;
    }
}

extern "C" void rd_buffer_free(RDBuffer *buffer) { delete buffer; }

extern "C" const char *rd_buffer_bytes(const RDBuffer *buffer) { return buffer->bytes.data(); }

extern "C" size_t rd_buffer_count(const RDBuffer *buffer) { return buffer->bytes.size(); }

extern "C" void rd_buffer_clear(RDBuffer *buffer) { buffer->bytes.clear(); }

extern "C" void rd_buffer_release(RDBuffer *buffer) {
    std::pmr::string(buffer->bytes.get_allocator()).swap(buffer->bytes);
}

extern "C" bool rd_buffer_append(RDBuffer *buffer, const char *bytes, size_t count) {
    return without_throwing([&] { buffer->bytes.append(bytes, count); });
}

extern "C" bool rd_buffer_csv_header(RDBuffer *buffer, const rd_text *columns, size_t count, rd_style style) {
    return without_throwing([&] {
        for (size_t index = 0; index < count; ++index) {
            if (index > 0) buffer->bytes.push_back(',');
            buffer->csv_text(rd::view(columns[index]), style.is_guarded);
        }
        buffer->bytes.append(style.has_line_feed ? "\n" : "\r\n");
    });
}

extern "C" bool rd_buffer_csv_text(RDBuffer *buffer, rd_text text, bool guarded) {
    return without_throwing([&] { buffer->csv_text(rd::view(text), guarded); });
}

extern "C" bool rd_buffer_json_text(RDBuffer *buffer, rd_text text) {
    return without_throwing([&] { buffer->json_text(rd::view(text)); });
}
