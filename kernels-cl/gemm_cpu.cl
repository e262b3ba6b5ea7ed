// C = epilogue(alpha * op(A) * op(B) + beta * C), for CPU devices.
//
// All matrices are row-major with a leading dimension that is a multiple of 16, so that a row of C or B
// can be read and written 16 lanes at a time; what the lanes beyond N hold does not matter.
//
// One work-item per work-group, no local memory: a group owns 16 columns of C (one panel) and a block of
// rows. It copies its panel of op(B) into private memory once, then walks down the rows six at a time
// with 12 accumulators of 8 lanes, which fill the registers of a CPU with 16 vector registers.
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed
//   KC                depth of the private panel, at most 1024 (64 KiB of stack); default 1024.
//                     Deeper products are summed into C block by block.

#define ROWS 6
#define COLS 16

// Multiplies row r's element of A into its two accumulators.
#define STEP(r)                                   \
  t = A[o##r];                                    \
  c##r##0 = fma(t, b0, c##r##0);                  \
  c##r##1 = fma(t, b1, c##r##1);                  \
  o##r += stride;

#define FINISH(r)                                                              \
  if (i + r < last) {                                                          \
    __global float8* c = (__global float8*)(C + (i + r) * ldc + j);            \
    float8 v0 = alpha * c##r##0, v1 = alpha * c##r##1;                         \
    if (scale != 0.0f) {                                                       \
      v0 = fma(scale, c[0], v0);                                               \
      v1 = fma(scale, c[1], v1);                                               \
    }                                                                          \
    if (done) {                                                                \
      const float add = bias ? bias[i + r] : 0.0f;                             \
      v0 += add;                                                               \
      v1 += add;                                                               \
      if (relu) { /* not fmax, which would swallow a NaN */                    \
        v0 = select(v0, (float8)(0.0f), v0 < 0.0f);                            \
        v1 = select(v1, (float8)(0.0f), v1 < 0.0f);                            \
      }                                                                        \
    }                                                                          \
    c[0] = v0;                                                                 \
    c[1] = v1;                                                                 \
  }

// Offset of op(A)'s row, clamped to the last one: a ragged tile computes it again and drops it.
#if TRANS_A
#define ROW(r) (min(i + r, last - 1) + (size_t)k0 * lda)
#else
#define ROW(r) (min(i + r, last - 1) * (size_t)lda + k0)
#endif

// Global size: (ceil(N / 16), number of row blocks). rowsPerGroup is a multiple of 6.
// bias: M floats added to the rows, or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gemm(const int M, const int N, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   const float beta,
                   __global float* restrict C, const int ldc,
                   __global const float* restrict bias, const int relu,
                   const int rowsPerGroup) {
  const size_t j = get_group_id(0) * COLS;
  const size_t first = get_group_id(1) * rowsPerGroup;
  const size_t last = min(first + (size_t)rowsPerGroup, (size_t)M);
#if TRANS_A
  const size_t stride = lda;
#else
  const size_t stride = 1;
#endif
  float8 panel[2 * KC];
  for (int k0 = 0; k0 < K; k0 += KC) {
    const int depth = min(KC, K - k0);
#if TRANS_B
    float* lanes = (float*)panel;
    for (int l = 0; l < COLS; l++) {
      __global const float* b = B + min(j + l, (size_t)N - 1) * ldb + k0;
      for (int k = 0; k < depth; k++) lanes[k * COLS + l] = b[k];
    }
#else
    for (int k = 0; k < depth; k++) {
      __global const float8* b = (__global const float8*)(B + (size_t)(k0 + k) * ldb + j);
      panel[2 * k] = b[0];
      panel[2 * k + 1] = b[1];
    }
#endif
    const float scale = k0 == 0 ? beta : 1.0f;
    const int done = k0 + depth == K;
    for (size_t i = first; i < last; i += ROWS) {
      size_t o0 = ROW(0), o1 = ROW(1), o2 = ROW(2), o3 = ROW(3), o4 = ROW(4), o5 = ROW(5);
      float8 c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0;
      float8 c30 = 0, c31 = 0, c40 = 0, c41 = 0, c50 = 0, c51 = 0;
      for (int k = 0; k < depth; k++) {
        const float8 b0 = panel[2 * k], b1 = panel[2 * k + 1];
        float8 t;
        STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5)
      }
      FINISH(0) FINISH(1) FINISH(2) FINISH(3) FINISH(4) FINISH(5)
    }
  }
}
