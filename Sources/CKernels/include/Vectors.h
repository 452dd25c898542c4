#pragma once

// The generation of processors whose copy of the loops runs here: `x86-64-v4`, `x86-64-v3` or `default`. Sums are added up
// in as many parts as a vector has, so the last digits differ between generations.
const char *sigmascope_vector_level(void);
