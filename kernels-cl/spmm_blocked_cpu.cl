// Y = epilogue(S * X) for CPU devices: S is M x K in CSR whose columns are cut into blocks (see csr.cl), X is
// K x N and Y is M x N, row-major with the leading dimension ld, a multiple of 16; what the lanes beyond N hold
// does not matter.
//
// One work-item per work-group, which owns a block of rows and a panel of up to LANES * NV columns of Y. Block
// after block of S, whose part of X stays in the first-level cache meanwhile, it walks down its rows: each
// element of S is read once and multiplied into NV accumulators. Between blocks the sums wait in Y.
//
// Tunables:
//   LANES   floats in a vector: 8 or 16
//   NV      vectors in a panel, 1 to 8
//   RAGGED  1: the last panel may be narrower
//   PACKED  0: X is read in place; 1: a block of the panel is copied to private memory, which keeps it together
//   WIDTH   where PACKED, columns in the widest block of S
//   PAIRS   1: two elements at a time into accumulators of their own, which hides latency where NV is small

#define UNROLL _Pragma("unroll")

#if LANES == 16
typedef float16 Vector;
#else
typedef float8 Vector;
#endif

#if PACKED
typedef const Vector* Panel;
#else
typedef __global const Vector* Panel;
#endif

// Rows first to last - 1 of one block, nv vectors wide; nv is a constant where this is called. x: the block's
// part of X, stride vectors from row to row; y: column j of Y's first row.
__attribute__((always_inline))
static inline void rows(const int nv, const size_t first, const size_t last, __global const int* starts,
                        __global const ushort* indices, __global const float* values, Panel x,
                        const size_t stride, __global float* y, const int ld, const int begun, const int done,
                        __global const float* bias, const int relu) {
  for (size_t i = first; i < last; i++) {
    __global Vector* sums = (__global Vector*)(y + i * ld);
    Vector s[NV];
    UNROLL for (int v = 0; v < nv; v++) s[v] = begun ? sums[v] : (Vector)(0.0f);
    size_t p = starts[i];
    const size_t end = starts[i + 1];
#if PAIRS
    Vector t[NV];
    UNROLL for (int v = 0; v < nv; v++) t[v] = 0;
    for (; p + 2 <= end; p += 2) {
      Panel a = x + indices[p] * stride;
      Panel b = x + indices[p + 1] * stride;
      UNROLL for (int v = 0; v < nv; v++) s[v] = fma((Vector)values[p], a[v], s[v]);
      UNROLL for (int v = 0; v < nv; v++) t[v] = fma((Vector)values[p + 1], b[v], t[v]);
    }
    UNROLL for (int v = 0; v < nv; v++) s[v] += t[v];
#endif
    for (; p < end; p++) {
      Panel a = x + indices[p] * stride;
      UNROLL for (int v = 0; v < nv; v++) s[v] = fma((Vector)values[p], a[v], s[v]);
    }
    if (done) {
      const float add = bias ? bias[i] : 0.0f;
      UNROLL for (int v = 0; v < nv; v++) {
        s[v] += add;
        if (relu) s[v] = select(s[v], (Vector)(0.0f), s[v] < 0.0f);  // fmax would swallow a NaN
      }
    }
    UNROLL for (int v = 0; v < nv; v++) sums[v] = s[v];
  }
}

// The rows of one block for nv vectors from column j on.
__attribute__((always_inline))
static inline void panel(const int nv, const size_t first, const size_t last, const int K, const int width,
                         const int block, __global const int* starts, __global const ushort* indices,
                         __global const float* values, __global const float* X, __global float* Y,
                         const size_t j, const int ld, const int done, __global const float* bias,
                         const int relu) {
  __global const Vector* x = (__global const Vector*)(X + (size_t)block * width * ld + j);
  const size_t stride = ld / LANES;
#if PACKED
  Vector packed[WIDTH * NV];
  const int depth = min(width, K - block * width);
  for (int k = 0; k < depth; k++) {
    UNROLL for (int v = 0; v < nv; v++) packed[k * nv + v] = x[k * stride + v];
  }
  rows(nv, first, last, starts, indices, values, packed, nv, Y + j, ld, block > 0, done, bias, relu);
#else
  rows(nv, first, last, starts, indices, values, x, stride, Y + j, ld, block > 0, done, bias, relu);
#endif
}

// Global size: (number of panels, number of row blocks). bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmm_blocked(const int M, const int K, const int width, const int blocks,
                           __global const int* restrict starts, __global const ushort* restrict indices,
                           __global const float* restrict values, __global const float* restrict X,
                           __global float* restrict Y, __global const float* restrict bias, const int relu,
                           const int ld, const int rowsPerGroup) {
  size_t j = get_group_id(0) * LANES * NV;
  const size_t first = get_group_id(1) * rowsPerGroup;
  const size_t last = min(first + (size_t)rowsPerGroup, (size_t)M);
  for (int block = 0; block < blocks; block++, starts += M) {
#define PANEL(nv, at)                                                                                        \
  panel(nv, first, last, K, width, block, starts, indices, values, X, Y, at, ld, block == blocks - 1, bias, \
        relu)
    if (j + LANES * NV <= ld) {
      PANEL(NV, j);
    }
#if RAGGED
    else {
      size_t at = j;
#if NV > 4
      if ((ld - j) / LANES & 4) {
        PANEL(4, at);
        at += 4 * LANES;
      }
#endif
#if NV > 2
      if ((ld - j) / LANES & 2) {
        PANEL(2, at);
        at += 2 * LANES;
      }
#endif
#if NV > 1
      if ((ld - j) / LANES & 1) PANEL(1, at);
#endif
    }
#endif
  }
}
