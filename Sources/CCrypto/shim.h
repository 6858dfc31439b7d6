#ifndef FINLUA_CCRYPTO_SHIM_H
#define FINLUA_CCRYPTO_SHIM_H

#include <openssl/sha.h>

#endif
