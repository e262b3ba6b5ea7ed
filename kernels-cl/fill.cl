// Sets n elements to one value.
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)

// Global size: at least n / 4 / CHUNK items; n is a multiple of 16.
__kernel void fill(__global float4* restrict x, const int n, const float value) {
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 4));
  for (size_t i = first; i < last; i++) x[i] = value;
}
