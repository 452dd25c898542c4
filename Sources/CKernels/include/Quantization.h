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

// Integers of 1 to 8 bits -> double. Element i of a stream has the bits from `skipped` + i · `bits` on, lowest first,
// bytes in order.
void sigmascope_unpack_stream(const void *source, int bits, size_t skipped, double *destination, size_t count);
// One element of each of `count` little-endian words of 32 bits: the bits from `shift` on. `high` holds the words with
// the upper bits of elements that begin in `low` and do not end there; it is null if there are none (`shift` > 0 if not).
void sigmascope_unpack_words(
    const void *low, const void *high, int bits, int shift, double *destination, size_t count);
// Eight elements of four bits in a word of 32 bits, in AWQ's order: 0 2 4 6 1 3 5 7 from the lowest bits on.
void sigmascope_unpack_interleaved(const void *source, size_t first, double *destination, size_t count);
// Elements of four bits, two in a byte -> the entries of a table with sixteen places.
void sigmascope_look_up_nibbles(
    const void *source, int high_first, size_t first, const double *table, double *destination, size_t count);
