#pragma once
#include <stddef.h>

// Blocks of ggml's quantised types -> double. `source` holds `blocks` whole blocks at any alignment, `destination` has a
// place for each of their elements (32 a block, 64 for nvfp4, 256 for k, iq and tq types but iq4_nl); they do not overlap.
// The arithmetic is that of gguf.quants: single precision, in its order, so the numbers are its numbers bit for bit.
void sigmascope_dequantize_q4_0(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q4_1(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q5_0(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q5_1(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q8_0(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q2_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q3_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q4_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q5_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q6_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_q8_k(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq1_s(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq1_m(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq2_xxs(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq2_xs(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq2_s(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq3_xxs(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq3_s(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq4_nl(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_iq4_xs(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_tq1_0(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_tq2_0(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_mxfp4(const void *source, double *destination, size_t blocks);
void sigmascope_dequantize_nvfp4(const void *source, double *destination, size_t blocks);
