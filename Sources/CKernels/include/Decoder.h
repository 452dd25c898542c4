#pragma once
#include <stddef.h>
#include <stdint.h>

// The fused loops of a decoder: in single precision for training, in double precision for gradient checks and for the
// curvature of a start. Letters: N rows (tokens), C width, H heads, D head width, V vocabulary. All buffers are
// row-major and contiguous unless a stride is given. Each loop runs on one thread, so results do not depend on the
// number of threads.

/// The declarations for one precision.
#define SIGMASCOPE_DECODER(REAL, SUFFIX)                                                            \
  /* y = x · r · (g + offset), r = 1/√(mean x² + ε), kept in inverse (N). */                        \
  void sigmascope_rmsnorm_##SUFFIX(                                                                 \
      const REAL *x, const REAL *gain, REAL offset, REAL epsilon, REAL *y, REAL *inverse,           \
      size_t rows, size_t width);                                                                   \
  /* dx += …; dgain += … unless it is null. */                                                      \
  void sigmascope_rmsnorm_backward_##SUFFIX(                                                        \
      const REAL *dy, const REAL *x, const REAL *gain, REAL offset, const REAL *inverse, REAL *dx,  \
      REAL *dgain, size_t rows, size_t width);                                                      \
  /* Turns each pair (i, i + D/2) of every head by its position's angle; sign −1 turns back. */      \
  void sigmascope_rope_##SUFFIX(                                                                    \
      REAL *x, size_t stride, const int32_t *positions, const REAL *cosines, const REAL *sines,     \
      REAL sign, size_t rows, size_t heads, size_t head_width);                                     \
  /* h = silu(gate) · up. */                                                                        \
  void sigmascope_swiglu_##SUFFIX(const REAL *gate, const REAL *up, REAL *h, size_t count);          \
  /* dgate and dup replace gate and up. */                                                          \
  void sigmascope_swiglu_backward_##SUFFIX(                                                         \
      const REAL *dh, REAL *gate, REAL *up, size_t count);                                          \
  /* The same with GELU in its tanh form. */                                                        \
  void sigmascope_geglu_##SUFFIX(const REAL *gate, const REAL *up, REAL *h, size_t count);           \
  void sigmascope_geglu_backward_##SUFFIX(                                                          \
      const REAL *dh, REAL *gate, REAL *up, size_t count);                                          \
  /* y[n] += bias for every row. */                                                                 \
  void sigmascope_add_bias_##SUFFIX(REAL *y, const REAL *bias, size_t rows, size_t width);           \
  /* sum += Σₙ y[n]. */                                                                             \
  void sigmascope_add_column_sums_##SUFFIX(                                                         \
      const REAL *y, REAL *sum, size_t rows, size_t width);                                         \
  /* y[n] = scale · table[token n]. */                                                              \
  void sigmascope_embed_##SUFFIX(                                                                   \
      const REAL *table, const int32_t *tokens, REAL scale, REAL *y, size_t rows, size_t width);    \
  /* dtable[token n] += scale · dy[n]. */                                                           \
  void sigmascope_embed_backward_##SUFFIX(                                                          \
      const REAL *dy, const int32_t *tokens, REAL scale, REAL *dtable, size_t rows, size_t width);  \
  /* Log-probability of each row's token under softmax(inverse_temperature · logits), and the        \
     entropy of that distribution (nats). */                                                        \
  void sigmascope_log_probabilities_##SUFFIX(                                                       \
      const REAL *logits, const int32_t *tokens, REAL inverse_temperature, double *log_probability, \
      double *entropy, size_t rows, size_t vocabulary);                                             \
  /* Replaces logits by the gradient: weight = ∂L/∂log p(token), entropy_weight = ∂L/∂H. */          \
  void sigmascope_log_probabilities_backward_##SUFFIX(                                              \
      REAL *logits, const int32_t *tokens, REAL inverse_temperature, const double *weight,          \
      const double *entropy_weight, size_t rows, size_t vocabulary);                                \
  /* For each row, the token at which the cumulative softmax exceeds the uniform number (the most    \
     likely token if inverse_temperature is 0), and its log-probability. */                         \
  void sigmascope_sample_##SUFFIX(                                                                  \
      const REAL *logits, REAL inverse_temperature, const double *uniform, int32_t *tokens,         \
      double *log_probability, size_t rows, size_t vocabulary);                                     \
  /* x ∘ (mask − 1), where the mask is 0 with the given probability and 1/(1 − p) otherwise: a        \
     function of seed, the row's key and the column. */                                             \
  void sigmascope_dropout_difference_##SUFFIX(                                                      \
      const REAL *x, REAL *y, double probability, uint64_t seed, const uint64_t *keys, size_t rows,  \
      size_t width);

SIGMASCOPE_DECODER(float, f32)
SIGMASCOPE_DECODER(double, f64)
