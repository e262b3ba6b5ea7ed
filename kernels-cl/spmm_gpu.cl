// Y = epilogue(S * X) for GPUs and accelerators: S is M x K in CSR, X is K x N and Y is M x N, row-major
// with the leading dimension ld, a multiple of 16; what the lanes beyond N hold does not matter.
//
// A work-item owns four neighbouring columns of one row, and the items of a work-group lie side by side
// along the row, so that X is read in 16-byte pieces next to each other.
//
// Tunables:
//   LOCAL_X, LOCAL_Y  items per work-group along columns and rows, 16 x 4

// Global size: (ceil(ld / 4 / LOCAL_X) * LOCAL_X, ceil(M / LOCAL_Y) * LOCAL_Y).
// bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(LOCAL_X, LOCAL_Y, 1)))
__kernel void spmm(const int M, __global const int* restrict starts,
                   __global const int* restrict columns, __global const float* restrict values,
                   __global const float* restrict X, __global float* restrict Y,
                   __global const float* restrict bias, const int relu, const int ld) {
  const size_t j = get_global_id(0) * 4, i = get_global_id(1);
  if (i >= M || j >= ld) return;
  const int end = starts[i + 1];
  float4 sum = 0;
  for (int p = starts[i]; p < end; p++) {
    const float4 x = *(__global const float4*)(X + (size_t)columns[p] * ld + j);
    sum = fma(values[p], x, sum);
  }
  if (bias) sum += bias[i];
  if (relu) sum = select(sum, (float4)(0.0f), sum < 0.0f);  // not fmax, which would swallow a NaN
  *(__global float4*)(Y + i * ld + j) = sum;
}
