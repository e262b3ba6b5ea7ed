// y = epilogue(S * x) for CPU devices: S is M x K in CSR, x and y are contiguous.
//
// One work-item per work-group, which owns a block of rows; four accumulators hide the latency of the
// multiply-adds.

// Global size: number of row blocks. bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmv(const int M, __global const int* restrict starts,
                   __global const int* restrict columns, __global const float* restrict values,
                   __global const float* restrict x, __global float* restrict y,
                   __global const float* restrict bias, const int relu, const int rowsPerGroup) {
  const size_t first = get_group_id(0) * rowsPerGroup;
  const size_t last = min(first + (size_t)rowsPerGroup, (size_t)M);
  for (size_t i = first; i < last; i++) {
    int p = starts[i];
    const int end = starts[i + 1];
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; p + 4 <= end; p += 4) {
      s0 = fma(values[p], x[columns[p]], s0);
      s1 = fma(values[p + 1], x[columns[p + 1]], s1);
      s2 = fma(values[p + 2], x[columns[p + 2]], s2);
      s3 = fma(values[p + 3], x[columns[p + 3]], s3);
    }
    for (; p < end; p++) s0 = fma(values[p], x[columns[p]], s0);
    float v = (s0 + s1) + (s2 + s3);
    if (bias) v += bias[i];
    y[i] = relu && v < 0.0f ? 0.0f : v;
  }
}
