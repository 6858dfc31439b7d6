#include <stdio.h>
#include <string.h>

#include "lb_internal.h"

/// The frames of a task without an allocation, so that they can be told where memory is out and nothing may be raised.

enum { SHOWN_FRAMES = 8, SEARCHED_FRAMES = 100, COROUTINES = 16 };

typedef struct {
    char *text;
    size_t capacity, count;
    int frames;
} Writer;

static void write_line(Writer *writer, const char *line) {
    size_t length = strlen(line);
    if (writer->count + length + 2 > writer->capacity) return;
    if (writer->count) writer->text[writer->count++] = '\n';
    memcpy(writer->text + writer->count, line, length + 1);
    writer->count += length;
}

/// Frames of finlua's own Lua are not the script's.
static void write_frame(Writer *writer, const lua_Debug *frame) {
    char line[320], name[160];
    const char *file = *frame->source == '@' || *frame->source == '=' ? frame->source + 1 : frame->short_src;
    if (frame->name)
        snprintf(name, sizeof name, "%s '%.100s'", *frame->namewhat ? frame->namewhat : "function", frame->name);
    else if (*frame->what == 'm')
        snprintf(name, sizeof name, "main chunk");
    else
        snprintf(name, sizeof name, "function <%.100s:%d>", file, frame->linedefined);
    if (*frame->what == 'C')
        snprintf(line, sizeof line, "[C]: in %s", frame->name ? name : "?");
    else
        snprintf(line, sizeof line, "%.120s:%d: in %s", file, frame->currentline, name);
    write_line(writer, line);
}

static void write_frames(Writer *writer, lua_State *L) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        if (writer->frames == SHOWN_FRAMES || level == SEARCHED_FRAMES) {
            write_line(writer, "…");
            return;
        }
        lua_getinfo(L, "Sln", &frame);
        if (strncmp(frame.source, "=[finlua", 8) == 0) continue;
        // The host's own, and the call that waits or resumes the coroutine above.
        if (*frame.what == 'C' && (!frame.name || level == 0)) continue;
        write_frame(writer, &frame);
        writer->frames++;
    }
}

void lb_traceback(LBTask *task, lua_State *L, char *text, size_t capacity) {
    Writer writer = {text, capacity, 0, 0};
    *text = 0;
    lua_State *chain[COROUTINES];
    int count = 0;
    lua_State *last = NULL;
    for (lua_State *co = task ? task->thread : L; co; co = lb_resumed(co)) last = chain[count++ % COROUTINES] = co;
    if (L && last != L) write_frames(&writer, L);  // it is being closed
    int first = count > COROUTINES ? count - COROUTINES : 0;
    for (int i = count - 1; i >= first && writer.frames < SHOWN_FRAMES; i--)
        write_frames(&writer, chain[i % COROUTINES]);
}

void lb_running_traceback(lua_State *L, char *text, size_t capacity) {
    Writer writer = {text, capacity, 0, 0};
    *text = 0;
    write_frames(&writer, L);
}

void lb_task_traceback(LBTask *task, char *text, size_t capacity) {
    *text = 0;
    if (task->thread) lb_traceback(task, NULL, text, capacity);
}
