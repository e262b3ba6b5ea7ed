// One step of Adam over n elements, one kernel for a whole tensor. The formula, its factors and where it
// is published stand in adam_update.h.
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)

#include "adam_update.h"

// Global size: at least n / 8 / CHUNK items; n is a multiple of 16.
__kernel void adam(__global float8* restrict w, __global const float8* restrict g,
                   __global float8* restrict m, __global float8* restrict v, const int n,
                   ADAM_PARAMETERS) {
  const Adam factors = ADAM_FACTORS;
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 8));
  for (size_t i = first; i < last; i++) adam_update(factors, g[i], w + i, m + i, v + i);
}
