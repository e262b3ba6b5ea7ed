#include "tickets.cl"

// taken[i] += 1 for each piece i that a group takes. Global size: groups.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void take_tickets(__global uint* taken, volatile __global uint* next, const uint begin, const uint tickets) {
  for (uint n = 0;; n++) {
    const uint ticket = nextTicket(next, begin, tickets, n);
    if (ticket >= tickets) return;
    taken[ticket]++;
  }
}
