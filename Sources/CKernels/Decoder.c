#include "Decoder.h"

#include "Attention.h"

#include <math.h>
#include <string.h>

#include "Cloned.h"

// Lets the compiler vectorise sums. Their order is fixed at compile time for each processor generation.
#define REASSOCIATE _Pragma("clang fp reassociate(on)")

/// e^x by Cody-Waite reduction and a polynomial (Cephes, Moshier 1989). The relative error is at most 1.2e-7. It has no
/// branches, so that loops over it are vectorised.
static inline float exp_f32(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  float n = __builtin_roundevenf(x * 1.44269504088896341f);
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits = ((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

/// 64 random bits for a position in a stream: the finaliser of MurmurHash3 over a Weyl sequence.
static inline uint64_t mixed(uint64_t seed, uint64_t place) {
  uint64_t z = seed + (place + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 33)) * 0xFF51AFD7ED558CCDu;
  z = (z ^ (z >> 33)) * 0xC4CEB9FE1A85EC53u;
  return z ^ (z >> 33);
}

// Six rows of two vectors of AVX2 fill its registers.
#define ROWS 6
// Answers to one prompt that attend to it together: groups of 8 or 16 are whole.
#define TOGETHER SIGMASCOPE_ROWS_TOGETHER
#define BLOCK SIGMASCOPE_ATTENTION_BLOCK
#define PADDED(length) (((length) + BLOCK - 1) / BLOCK * BLOCK)
#define INLINE static inline __attribute__((always_inline))

#define REAL float
#define NAME(name) sigmascope_##name##_f32
#define EXP exp_f32
#define SQRT __builtin_sqrtf
#include "Decoder.inc"
#include "Attention.inc"
#undef REAL
#undef NAME
#undef EXP
#undef SQRT

#define REAL double
#define NAME(name) sigmascope_##name##_f64
#define EXP exp
#define SQRT __builtin_sqrt
#include "Decoder.inc"
#include "Attention.inc"
