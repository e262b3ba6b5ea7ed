// One step of Adam over n elements, one kernel for a whole tensor.
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)
//   MASKED 1: pruned weights become 0; see adam_update.cl

#define LANES 8
typedef float8 Vector;
#include "adam_update.cl"

// Global size: at least n / 8 / CHUNK items; n is a multiple of 16. The mask has a byte for each float of w.
__kernel void adam(__global float8* restrict w, __global const float8* restrict g,
                   __global float8* restrict m, __global float8* restrict v, const int n,
                   const float beta1, const float keep1, const float beta2, const float keep2,
                   const float step, const float scale, const float epsilon, const float decay
#if MASKED
                   , __global const uchar* restrict mask, const int goOn
#endif
                   ) {
  const Adam a = {beta1, keep1, beta2, keep2, step, scale, epsilon, decay};
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 8));
  for (size_t i = first; i < last; i++) {
#if MASKED
    w[i] = adamUpdate(a, w[i], g[i], KEPT(mask + i * LANES), goOn, m + i, v + i);
#else
    w[i] = adamUpdate(a, w[i], g[i], m + i, v + i);
#endif
  }
}
