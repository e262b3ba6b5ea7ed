// y = epilogue(alpha * op(A) * x + beta * y), for GPUs and accelerators: the matrix product whose result
// has one column. A is row-major with leading dimension lda; x and y are contiguous.
//
// Stored as it is, a work-group sums one row, its items side by side, through local memory. Stored
// transposed, a work-item sums one result, neighbours reading neighbours.
//
// Tunables:
//   TRANS_A  0 or 1: whether A is stored transposed
//   LOCAL    items per work-group, a power of two, 64

// Global size: M * LOCAL, or ceil(M / LOCAL) * LOCAL when A is stored transposed; local size LOCAL.
// bias: M floats, or null; relu: 0 or 1; gate: M floats, or null: where it isn't positive, the result
// becomes 0.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void gemv(const int M, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict x,
                   const float beta,
                   __global float* restrict y,
                   __global const float* restrict bias, const int relu,
                   __global const float* restrict gate) {
  float sum = 0;
#if TRANS_A
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int k = 0; k < K; k++) sum = fma(A[(size_t)k * lda + i], x[k], sum);
#else
  __local float part[LOCAL];
  const size_t i = get_group_id(0);
  const int item = get_local_id(0);
  for (int k = item; k < K; k += LOCAL) sum = fma(A[i * lda + k], x[k], sum);
  part[item] = sum;
  for (int half_ = LOCAL / 2; half_ > 0; half_ /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < half_) part[item] += part[item + half_];
  }
  if (item != 0) return;
  sum = part[0];
#endif
  float v = alpha * sum;
  if (beta != 0.0f) v = fma(beta, y[i], v);
  if (bias) v += bias[i];
  if (relu && v < 0.0f) v = 0.0f;
  if (gate && gate[i] <= 0.0f) v = 0.0f;
  y[i] = v;
}
