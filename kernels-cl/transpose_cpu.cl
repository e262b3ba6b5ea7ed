// B = A transposed, for CPU devices: A is M x N, B is N x M, both row-major with leading dimensions that are
// multiples of 16; what the lanes beyond M hold in B does not matter.
//
// One work-item per work-group, which owns LANES rows of A and walks along them, a square at a time.
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

#include "vector.cl"

// Global size: ceil(M / LANES).
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void transpose_rows(const int M, const int N, __global const float* restrict A, const int lda,
                             __global float* restrict B, const int ldb) {
  const size_t i = get_group_id(0) * LANES;
  for (size_t j = 0; j < N; j += LANES) {
    Vector x[LANES];
    _Pragma("unroll") for (int l = 0; l < LANES; l++) {
      x[l] = *(__global const Vector*)(A + min(i + l, (size_t)M - 1) * lda + j);
    }
    transpose(x);
    if (j + LANES <= N) {
      _Pragma("unroll") for (int l = 0; l < LANES; l++) *(__global Vector*)(B + (j + l) * ldb + i) = x[l];
    } else {
      _Pragma("unroll") for (int l = 0; l < LANES; l++) {
        if (j + l < N) *(__global Vector*)(B + (j + l) * ldb + i) = x[l];
      }
    }
  }
}
