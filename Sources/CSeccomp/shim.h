#ifndef FINLUA_CSECCOMP_SHIM_H
#define FINLUA_CSECCOMP_SHIM_H

#include <seccomp.h>

#endif
