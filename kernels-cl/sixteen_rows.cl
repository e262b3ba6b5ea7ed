// The sums of 16 rows, -1 beyond the last, to where they belong in y. bias: a float per row or null; relu: 0 or 1.
static inline void writeRows(float16 s, __global const int* rows, __global const float* bias, const int relu,
                             __global float* y) {
  float sums[16] __attribute__((aligned(64)));
  if (bias) {
    for (int l = 0; l < 16; l++) sums[l] = bias[max(rows[l], 0)];
    s += *(const float16*)sums;
  }
  if (relu) s = select(s, (float16)(0.0f), s < 0.0f);
  *(float16*)sums = s;
  for (int l = 0; l < 16 && rows[l] >= 0; l++) y[rows[l]] = sums[l];
}
