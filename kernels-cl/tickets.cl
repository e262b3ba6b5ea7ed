// Pieces of work, dealt out to work-groups as they come to it; see Tickets.java. next: a counter, which stood at
// `begin` before this launch and may run over.

// The next piece for this group, which has taken so many; no piece from `tickets` on. Of as many groups as pieces, each
// takes its own.
static inline uint nextTicket(volatile __global uint* next, const uint begin, const uint tickets, const uint taken) {
  if (get_num_groups(0) == tickets) return taken == 0 ? (uint)get_group_id(0) : tickets;
  return atomic_inc(next) - begin;
}
