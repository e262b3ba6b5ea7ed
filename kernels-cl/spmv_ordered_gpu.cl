// y = epilogue(S * x) for GPUs and accelerators: S is M x K in CSR, its rows taken by falling length, x and y are
// contiguous.
//
// LANES items share a row: they take its elements in turn and sum through local memory, in a fixed order. The rows of
// a work-group are about as long as each other, so that none of its items waits for the others.
//
// Tunables:
//   LOCAL  items per work-group, 64
//   LANES  items per row, a power of two that divides LOCAL: 8 for short rows, 32 for long ones
//   INDEX  type of a column index: ushort for at most 65,536 columns, else int

// Global size: M * LANES rounded up to LOCAL. order: the M rows by falling length; bias: M floats or null; relu: 0
// or 1.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void spmv_ordered(const int M, __global const int* restrict order, __global const int* restrict starts,
                           __global const INDEX* restrict columns, __global const float* restrict values,
                           __global const float* restrict x, __global float* restrict y,
                           __global const float* restrict bias, const int relu) {
  __local float parts[LOCAL];
  const int item = get_local_id(0), lane = item % LANES;
  const size_t r = get_global_id(0) / LANES;
  const int row = r < M ? order[r] : -1;
  const int end = row < 0 ? 0 : starts[row + 1];
  float sum = 0;
  int p = row < 0 ? 0 : starts[row] + lane;
  // Four elements on their way at once.
  for (; p + 3 * LANES < end; p += 4 * LANES) {
    const float a = x[columns[p]], b = x[columns[p + LANES]];
    const float c = x[columns[p + 2 * LANES]], d = x[columns[p + 3 * LANES]];
    sum = fma(values[p], a, sum);
    sum = fma(values[p + LANES], b, sum);
    sum = fma(values[p + 2 * LANES], c, sum);
    sum = fma(values[p + 3 * LANES], d, sum);
  }
  for (; p < end; p += LANES) sum = fma(values[p], x[columns[p]], sum);
  parts[item] = sum;
  for (int step = LANES / 2; step > 0; step /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < step) parts[item] += parts[item + step];
  }
  if (lane == 0 && row >= 0) {
    const float result = parts[item] + (bias ? bias[row] : 0.0f);
    y[row] = relu && result < 0.0f ? 0.0f : result;
  }
}
