// The row of the largest element in each column of a matrix, row-major with leading dimension ld: the
// predicted class of each sample when rows are classes. The first of equals wins; a NaN counts as the
// largest, as in NumPy.

// Global size: at least N items, one per column.
__kernel void argmax(const int M, const int N, __global const float* restrict A, const int ld,
                     __global int* restrict result) {
  const size_t j = get_global_id(0);
  if (j >= N) return;
  float largest = A[j];
  int at = 0;
  for (int i = 1; i < M; i++) {
    const float x = A[(size_t)i * ld + j];
    if (x > largest || (x != x && largest == largest)) {
      largest = x;
      at = i;
    }
  }
  result[j] = at;
}
