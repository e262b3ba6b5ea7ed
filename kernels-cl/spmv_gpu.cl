// y = epilogue(S * x) for GPUs and accelerators: S is M x K in CSR, x and y are contiguous.
//
// A work-group owns one row: its items take the elements in turn and sum through local memory.
//
// Tunables:
//   LOCAL  items per work-group, a power of two, 32

// Global size: M * LOCAL, local size LOCAL. bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void spmv(const int M, __global const int* restrict starts,
                   __global const int* restrict columns, __global const float* restrict values,
                   __global const float* restrict x, __global float* restrict y,
                   __global const float* restrict bias, const int relu) {
  __local float part[LOCAL];
  const size_t i = get_group_id(0);
  const int item = get_local_id(0), end = starts[i + 1];
  float sum = 0;
  for (int p = starts[i] + item; p < end; p += LOCAL) sum = fma(values[p], x[columns[p]], sum);
  part[item] = sum;
  for (int step = LOCAL / 2; step > 0; step /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < step) part[item] += part[item + step];
  }
  if (item == 0) {
    float v = part[0];
    if (bias) v += bias[i];
    y[i] = relu && v < 0.0f ? 0.0f : v;
  }
}
