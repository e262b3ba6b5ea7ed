// y = epilogue(alpha * op(A) * x + beta * y), for CPU devices: the matrix product whose result has one
// column. A is row-major with leading dimension lda; x and y are contiguous.
//
// One work-item per work-group, which owns a block of the result.
//
// Tunables:
//   TRANS_A  0 or 1: whether A is stored transposed

static float finish(float sum, const float alpha, const float beta, const float before,
                    __global const float* bias, const size_t i, const int relu) {
  float v = alpha * sum;
  if (beta != 0.0f) v = fma(beta, before, v);
  if (bias) v += bias[i];
  return relu && v < 0.0f ? 0.0f : v;
}

// Global size: number of blocks of blockRows results. bias: M floats, or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gemv(const int M, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict x,
                   const float beta,
                   __global float* restrict y,
                   __global const float* restrict bias, const int relu,
                   const int blockRows) {
  const size_t first = get_group_id(0) * blockRows;
  const size_t last = min(first + (size_t)blockRows, (size_t)M);
#if TRANS_A
  // Down the columns of the stored matrix, 32 results at a time.
  size_t i = first;
  for (; i + 32 <= last; i += 32) {
    float8 s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int k = 0; k < K; k++) {
      __global const float* a = A + (size_t)k * lda + i;
      const float8 t = x[k];
      s0 = fma(vload8(0, a), t, s0);
      s1 = fma(vload8(1, a), t, s1);
      s2 = fma(vload8(2, a), t, s2);
      s3 = fma(vload8(3, a), t, s3);
    }
    float sums[32];
    vstore8(s0, 0, sums);
    vstore8(s1, 1, sums);
    vstore8(s2, 2, sums);
    vstore8(s3, 3, sums);
    for (int l = 0; l < 32; l++) y[i + l] = finish(sums[l], alpha, beta, y[i + l], bias, i + l, relu);
  }
  for (; i < last; i++) {
    float sum = 0;
    for (int k = 0; k < K; k++) sum = fma(A[(size_t)k * lda + i], x[k], sum);
    y[i] = finish(sum, alpha, beta, y[i], bias, i, relu);
  }
#else
  for (size_t i = first; i < last; i++) {
    __global const float* a = A + i * lda;
    float8 s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int k = 0;
    for (; k + 32 <= K; k += 32) {
      s0 = fma(vload8(0, a + k), vload8(0, x + k), s0);
      s1 = fma(vload8(1, a + k), vload8(1, x + k), s1);
      s2 = fma(vload8(2, a + k), vload8(2, x + k), s2);
      s3 = fma(vload8(3, a + k), vload8(3, x + k), s3);
    }
    for (; k + 8 <= K; k += 8) s0 = fma(vload8(0, a + k), vload8(0, x + k), s0);
    const float8 s = (s0 + s1) + (s2 + s3);
    const float4 q = s.lo + s.hi;
    float sum = (q.x + q.y) + (q.z + q.w);
    for (; k < K; k++) sum = fma(a[k], x[k], sum);
    y[i] = finish(sum, alpha, beta, y[i], bias, i, relu);
  }
#endif
}
