// Unrolls images, so that a convolution of stride 1 becomes a product with its weights.
//
// X is channels x height x width, each of them a row of `ld` floats, a sample each, what lies behind the last
// sample included. A work-group copies one contiguous stretch.
//
// Tunables:
//   LANES  floats in a vector: 1 for a single sample, else 4, 8 or 16, ld being a multiple of it
//   LOCAL  items per work-group: 1 on a CPU, 64 on a GPU

#include "lanes.cl"

__attribute__((always_inline))
static inline void copy(__global const float* from, __global float* to, const int floats) {
  for (int i = get_local_id(0) * LANES; i < floats; i += LOCAL * LANES) STORE(LOAD(from + i), to + i);
}

// C[i][ky][kx][r][c] = X[i][r + ky][c + kx]: a row of C, ldc floats, per weight of a filter, `ld` floats per
// position in it. rows, columns: of the positions.
// Global size: (LOCAL, channels * kernelHeight * kernelWidth * rows), local size (LOCAL, 1).
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void im2col(const int height, const int width, const int kernelHeight, const int kernelWidth,
                     const int rows, const int columns,
                     __global const float* restrict X, const int ld,
                     __global float* restrict C, const int ldc) {
  const int r = get_group_id(1) % rows, weight = get_group_id(1) / rows;
  const int kx = weight % kernelWidth, ky = weight / kernelWidth % kernelHeight;
  const int channel = weight / kernelWidth / kernelHeight;
  copy(X + ((size_t)(channel * height + r + ky) * width + kx) * ld,
       C + (size_t)weight * ldc + (size_t)r * columns * ld, columns * ld);
}

// y = the rows of A, M x N with leading dimension lda, one behind the other. For LANES 1.
// Global size: (LOCAL, M), local size (LOCAL, 1).
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void join_rows(const int N, __global const float* restrict A, const int lda,
                        __global float* restrict y) {
  const size_t row = get_group_id(1);
  copy(A + row * lda, y + row * N, N);
}
