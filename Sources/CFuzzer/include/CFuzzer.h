// libFuzzer's driver, where the program is linked with it: ./scripts/fuzz does so.
#ifndef FINLUA_CFUZZER_H
#define FINLUA_CFUZZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool cf_has_driver(void);

/// Runs `callback` on one input after another; the arguments are libFuzzer's own. Without the driver: 1.
int cf_run(int argc, char **argv, int (*callback)(const uint8_t *bytes, size_t count));

#endif
