// Y = epilogue(S * X) for CPU devices: S is M x K in CSR, X is K x N and Y is M x N, row-major with the
// leading dimension ld, a multiple of 16; what the lanes beyond N hold does not matter.
//
// One work-item per work-group, which owns 32 columns of Y and a block of rows: each element of S that is
// not zero is read once and multiplied into four accumulators of 8 lanes.

#define STORE(at, sum)                                                               \
  {                                                                                  \
    float8 v = sum + add;                                                            \
    if (relu) v = select(v, (float8)(0.0f), v < 0.0f); /* fmax would swallow a NaN */ \
    y[at] = v;                                                                       \
  }

// Global size: (ceil(ld / 32), number of row blocks). bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmm(const int M, __global const int* restrict starts,
                   __global const int* restrict columns, __global const float* restrict values,
                   __global const float* restrict X, __global float* restrict Y,
                   __global const float* restrict bias, const int relu, const int ld, const int rowsPerGroup) {
  const size_t j = get_group_id(0) * 32;
  const size_t first = get_group_id(1) * rowsPerGroup;
  const size_t last = min(first + (size_t)rowsPerGroup, (size_t)M);
  for (size_t i = first; i < last; i++) {
    const int end = starts[i + 1];
    const float add = bias ? bias[i] : 0.0f;
    __global float8* y = (__global float8*)(Y + i * ld + j);
    float8 s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    if (j + 32 <= ld) {
      for (int p = starts[i]; p < end; p++) {
        __global const float8* x = (__global const float8*)(X + (size_t)columns[p] * ld + j);
        const float8 w = values[p];
        s0 = fma(w, x[0], s0);
        s1 = fma(w, x[1], s1);
        s2 = fma(w, x[2], s2);
        s3 = fma(w, x[3], s3);
      }
      STORE(0, s0) STORE(1, s1) STORE(2, s2) STORE(3, s3)
    } else {
      for (int p = starts[i]; p < end; p++) {
        __global const float8* x = (__global const float8*)(X + (size_t)columns[p] * ld + j);
        const float8 w = values[p];
        s0 = fma(w, x[0], s0);
        s1 = fma(w, x[1], s1);
      }
      STORE(0, s0) STORE(1, s1)
    }
  }
}
