// y = epilogue(S * x) for CPU devices, S being M x K in compressed sparse columns, its rows cut into blocks. Only
// columns whose element of x is not zero are walked through: after a ReLU, half of them or fewer. NaN is not zero.
//
//   starts[blocks * K + 1]  where each column of each block begins: all columns of the first block, then of the second
//   indices                 row of each element within its block
//   values
//
// One work-item per work-group, which owns a block of rows and keeps its sums in private memory.
//
// Tunables:
//   ROWS  rows in the largest block, at most 65,536

// Global size: number of blocks. bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmv_columns(const int M, const int K, const int blockRows, __global const int* restrict starts,
                           __global const ushort* restrict indices, __global const float* restrict values,
                           __global const float* restrict x, __global float* restrict y,
                           __global const float* restrict bias, const int relu) {
  const size_t block = get_group_id(0);
  const size_t first = block * blockRows;
  const size_t rows = min((size_t)blockRows, M - first);
  __global const int* start = starts + block * K;
  float sums[ROWS];
  for (size_t i = 0; i < rows; i++) sums[i] = 0;
  for (size_t k = 0; k < K; k++) {
    const float t = x[k];
    if (t == 0.0f) continue;
    size_t p = start[k];
    const size_t end = start[k + 1];
    // Rows of a column differ, which a compiler can't know: all four sums are read before one is written.
    for (; p + 4 <= end; p += 4) {
      const int i0 = indices[p], i1 = indices[p + 1], i2 = indices[p + 2], i3 = indices[p + 3];
      const float s0 = fma(values[p], t, sums[i0]);
      const float s1 = fma(values[p + 1], t, sums[i1]);
      const float s2 = fma(values[p + 2], t, sums[i2]);
      const float s3 = fma(values[p + 3], t, sums[i3]);
      sums[i0] = s0;
      sums[i1] = s1;
      sums[i2] = s2;
      sums[i3] = s3;
    }
    for (; p < end; p++) sums[indices[p]] = fma(values[p], t, sums[indices[p]]);
  }
  for (size_t i = 0; i < rows; i++) {
    const float sum = sums[i] + (bias ? bias[first + i] : 0.0f);
    y[first + i] = relu && sum < 0.0f ? 0.0f : sum;
  }
}
