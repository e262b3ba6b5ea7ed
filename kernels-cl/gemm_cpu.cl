// C = epilogue(alpha * op(A) * op(B) + beta * C), for CPU devices.
//
// All matrices are row-major with a leading dimension that is a multiple of 16, so that rows of C and B
// can be read and written 16 lanes at a time; what the lanes beyond N hold does not matter.
//
// One work-item per work-group, no local memory: a group owns a panel of 8 * NV columns of C and a block
// of rows. It copies its panel of op(B) into private memory once, then walks down the rows MR at a time
// with MR * NV accumulators of 8 lanes, which together with a row of the panel fill the vector registers.
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed
//   MR                rows of the register tile
//   NV                vectors of 8 lanes in a row of the register tile: 2 or 4
//                     6 x 2 fits 16 vector registers (the default), 6 x 4 fits 32
//   KC                depth of the private panel, which takes 32 * NV * KC bytes: 512 with NV = 2, 256
//                     with NV = 4, so that it fits the first-level cache; deeper products are summed into
//                     C block by block. Some drivers compute wrong results with private arrays of 128 KiB.


#define UNROLL _Pragma("unroll")

// bias: a float per row, or null; relu: 0 or 1; gate: in C's layout, or null: where it isn't positive, the
// result becomes 0, which is the gradient through ReLU.
typedef struct {
  float beta;
  __global const float* bias;
  int relu;
  __global const float* gate;
} Epilogue;

// begun: whether C holds a part of this product already; done: whether this is the last part.
static inline void store(const Epilogue e, float8 x, __global float* C, const size_t at,
                         const size_t row, const int begun, const int done) {
  __global float8* y = (__global float8*)(C + at);
  const float scale = begun ? 1.0f : e.beta;
  if (scale != 0.0f) x = fma(scale, *y, x);
  if (done) {
    if (e.bias) x += e.bias[row];
    // Not fmax, which would swallow a NaN.
    if (e.relu) x = select(x, (float8)(0.0f), x < 0.0f);
    if (e.gate) x = select(x, (float8)(0.0f), *(__global const float8*)(e.gate + at) <= 0.0f);
  }
  *y = x;
}

// Rows first to last - 1 of the panel that begins at column j and is nv vectors wide. nv is a constant
// where this is called, so that all loops over r and v unroll and c lives in registers. No restrict here:
// the kernel's own says it, and simulators don't know what inlining makes of a second one.
__attribute__((always_inline))
static inline void panel(const int nv, const size_t j, const size_t first, const size_t last,
                         const int N, const int K, const float alpha,
                         __global const float* A, const int lda,
                         __global const float* B, const int ldb,
                         __global float* C, const int ldc, const Epilogue epilogue) {
  float8 packed[NV * KC];
  for (int k0 = 0; k0 < K; k0 += KC) {
    const int depth = min(KC, K - k0);
#if TRANS_B
    float* lanes = (float*)packed;
    for (int l = 0; l < 8 * nv; l++) {
      __global const float* b = B + min(j + l, (size_t)N - 1) * ldb + k0;
      for (int k = 0; k < depth; k++) lanes[k * 8 * nv + l] = b[k];
    }
#else
    for (int k = 0; k < depth; k++) {
      __global const float8* b = (__global const float8*)(B + (size_t)(k0 + k) * ldb + j);
      UNROLL for (int v = 0; v < nv; v++) packed[nv * k + v] = b[v];
    }
#endif
    for (size_t i = first; i < last; i += MR) {
      __global const float* a[MR];
      float8 c[MR][NV];
      UNROLL for (int r = 0; r < MR; r++) {
        // A ragged tile computes its last row again and drops it.
        const size_t row = min(i + r, last - 1);
#if TRANS_A
        a[r] = A + (size_t)k0 * lda + row;
#else
        a[r] = A + row * lda + k0;
#endif
        UNROLL for (int v = 0; v < nv; v++) c[r][v] = 0;
      }
      for (int k = 0; k < depth; k++) {
        UNROLL for (int r = 0; r < MR; r++) {
#if TRANS_A
          const float8 t = a[r][(size_t)k * lda];
#else
          const float8 t = a[r][k];
#endif
          UNROLL for (int v = 0; v < nv; v++) c[r][v] = fma(t, packed[nv * k + v], c[r][v]);
        }
      }
      UNROLL for (int r = 0; r < MR; r++) {
        if (i + r >= last) break;
        UNROLL for (int v = 0; v < nv; v++) {
          store(epilogue, alpha * c[r][v], C, (i + r) * ldc + j + 8 * v, i + r, k0 > 0,
                k0 + depth == K);
        }
      }
    }
  }
}

// Global size: (ceil(N / (8 * NV)), number of row blocks). rowsPerGroup is a multiple of MR.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gemm(const int M, const int N, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   __global float* restrict C, const int ldc,
                   const int rowsPerGroup,
                   const float beta, __global const float* restrict bias, const int relu,
                   __global const float* restrict gate) {
  const Epilogue epilogue = {beta, bias, relu, gate};
  const size_t j = get_group_id(0) * 8 * NV;
  const size_t first = get_group_id(1) * rowsPerGroup;
  const size_t last = min(first + (size_t)rowsPerGroup, (size_t)M);
#if NV > 2
  if (j + 8 * NV > ldc) {
    panel(2, j, first, last, N, K, alpha, A, lda, B, ldb, C, ldc, epilogue);
    return;
  }
#endif
  panel(NV, j, first, last, N, K, alpha, A, lda, B, ldb, C, ldc, epilogue);
}
