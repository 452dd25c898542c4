#pragma once
#include <cblas.h>
#include <lapacke.h>
#if defined(__linux__)
#include <malloc.h>
#endif
