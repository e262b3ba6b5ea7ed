// y = epilogue(W * x) for CPU devices, walking only through those of W's columns whose element of x is not zero:
// after a ReLU, half of them or fewer. NaN is not zero. W is stored transposed, K x M, row-major with leading
// dimension ld, a multiple of 16; y and bias are padded to whole 16s.
//
// One work-item per work-group, which owns some results. It first lists the elements of x that are not zero, CHUNK
// elements at a time; then, tile by tile, it adds up the listed columns in registers. Between chunks the sums wait in y.
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

#define TILE 8     // vectors
#define CHUNK 2048 // at most 65,536

#define UNROLL _Pragma("unroll")

#if LANES == 16
typedef float16 Vector;
#else
typedef float8 Vector;
#endif

// A tile of `width` floats, at most TILE * LANES; ragged, a constant where this is called: it may be fewer, then the
// last vector is computed again in place of those that lack. W, y and bias begin at the tile.
__attribute__((always_inline))
static inline void tile(const int ragged, const size_t width, const ushort* listed, const int count,
                        __global const float* W, const size_t ld, __global const float* x, __global float* y,
                        const int begun, const int done, __global const float* bias, const int relu) {
  size_t at[TILE];
  Vector s[TILE];
  UNROLL for (int v = 0; v < TILE; v++) at[v] = ragged ? min((size_t)v * LANES, width - LANES) : (size_t)v * LANES;
  UNROLL for (int v = 0; v < TILE; v++) s[v] = begun ? *(__global const Vector*)(y + at[v]) : (Vector)(0.0f);
  for (int n = 0; n < count; n++) {
    const size_t k = listed[n];
    const Vector t = x[k];
    UNROLL for (int v = 0; v < TILE; v++) s[v] = fma(*(__global const Vector*)(W + k * ld + at[v]), t, s[v]);
  }
  UNROLL for (int v = 0; v < TILE; v++) {
    if (done) {
      if (bias) s[v] += *(__global const Vector*)(bias + at[v]);
      if (relu) s[v] = select(s[v], (Vector)(0.0f), s[v] < 0.0f);  // fmax would swallow a NaN
    }
    *(__global Vector*)(y + at[v]) = s[v];
  }
}

// Global size: number of groups. perGroup: results of a group, a multiple of TILE * LANES. bias: M floats or null;
// relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gemv_columns(const int K, __global const float* restrict W, const int ld,
                           __global const float* restrict x, __global float* restrict y,
                           __global const float* restrict bias, const int relu, const int perGroup) {
  const size_t first = get_group_id(0) * perGroup;
  const size_t last = min(first + (size_t)perGroup, (size_t)ld);
  ushort listed[CHUNK];
  for (size_t begin = 0; begin < K; begin += CHUNK) {
    const size_t end = min(begin + CHUNK, (size_t)K);
    int count = 0;
    for (size_t k = begin; k < end; k++) {
      listed[count] = k - begin;
      count += x[k] != 0.0f;
    }
#define AT(j) \
  listed, count, W + begin * ld + (j), ld, x + begin, y + (j), begin > 0, end == K, bias ? bias + (j) : bias, relu
    size_t j = first;
    for (; j + TILE * LANES <= last; j += TILE * LANES) tile(0, TILE * LANES, AT(j));
    if (j < last) tile(1, last - j, AT(j));
  }
}
