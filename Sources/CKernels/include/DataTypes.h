#pragma once
#include <stddef.h>
#include <stdint.h>

// Stored elements -> double. `source` holds `count` little-endian elements at any alignment,
// `destination` holds `count` doubles; the two do not overlap.
void sigmascope_decode_bool(const void *source, double *destination, size_t count);
void sigmascope_decode_u8(const void *source, double *destination, size_t count);
void sigmascope_decode_i8(const void *source, double *destination, size_t count);
void sigmascope_decode_u16(const void *source, double *destination, size_t count);
void sigmascope_decode_i16(const void *source, double *destination, size_t count);
void sigmascope_decode_u32(const void *source, double *destination, size_t count);
void sigmascope_decode_i32(const void *source, double *destination, size_t count);
void sigmascope_decode_u64(const void *source, double *destination, size_t count);
void sigmascope_decode_i64(const void *source, double *destination, size_t count);
void sigmascope_decode_f16(const void *source, double *destination, size_t count);
void sigmascope_decode_bf16(const void *source, double *destination, size_t count);
void sigmascope_decode_f32(const void *source, double *destination, size_t count);
void sigmascope_decode_f64(const void *source, double *destination, size_t count);
void sigmascope_decode_f8_e4m3(const void *source, double *destination, size_t count);
void sigmascope_decode_f8_e5m2(const void *source, double *destination, size_t count);
void sigmascope_decode_f8_e4m3fnuz(const void *source, double *destination, size_t count);
void sigmascope_decode_f8_e5m2fnuz(const void *source, double *destination, size_t count);
void sigmascope_decode_f8_e8m0(const void *source, double *destination, size_t count);

// Rounds each value to the nearest value of the storage type, ties to even. Narrow types are rounded twice, first to
// float, as PyTorch does. `source` and `destination` may be the same buffer.
void sigmascope_round_f32(const double *source, double *destination, size_t count);
void sigmascope_round_bf16(const double *source, double *destination, size_t count);
/// Beyond 65504 the result is infinite.
void sigmascope_round_f16(const double *source, double *destination, size_t count);
/// The type has no infinity: beyond 448 the result is 448, with the sign.
void sigmascope_round_f8_e4m3(const double *source, double *destination, size_t count);
/// Beyond 57344 the result is infinite.
void sigmascope_round_f8_e5m2(const double *source, double *destination, size_t count);
