#include "CFuzzer.h"

// Weak, so that an ordinary build links without it.
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *bytes, size_t count))
    __attribute__((weak));

bool cf_has_driver(void) { return LLVMFuzzerRunDriver != NULL; }

int cf_run(int argc, char **argv, int (*callback)(const uint8_t *bytes, size_t count)) {
    return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(&argc, &argv, callback) : 1;
}
