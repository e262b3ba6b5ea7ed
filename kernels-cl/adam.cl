// One step of Adam over n elements, one kernel for a whole tensor.
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)

typedef float8 Vector;
#include "adam_update.cl"

// Global size: at least n / 8 / CHUNK items; n is a multiple of 16.
__kernel void adam(__global float8* restrict w, __global const float8* restrict g,
                   __global float8* restrict m, __global float8* restrict v, const int n,
                   const float beta1, const float keep1, const float beta2, const float keep2,
                   const float step, const float scale, const float epsilon, const float decay) {
  const Adam a = {beta1, keep1, beta2, keep2, step, scale, epsilon, decay};
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 8));
  for (size_t i = first; i < last; i++) w[i] = adamUpdate(a, w[i], g[i], m + i, v + i);
}
