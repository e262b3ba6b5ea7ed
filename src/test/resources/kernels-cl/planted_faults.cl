// Faults on purpose, and the same without the fault, to prove that a checking device reports them.
// Global and local size: 4 items.

#define ITEMS 4

// Items read what others write, with no barrier between.
__kernel void local_race(__global int* result) {
  __local int shared[ITEMS];
  const int i = get_local_id(0);
  shared[i] = i;
  result[i] = shared[(i + 1) % ITEMS];
}

__kernel void local_exchange(__global int* result) {
  __local int shared[ITEMS];
  const int i = get_local_id(0);
  shared[i] = i;
  barrier(CLK_LOCAL_MEM_FENCE);
  result[i] = shared[(i + 1) % ITEMS];
}

// All items write one place, each another value.
__kernel void global_race(__global int* result) { result[0] = get_global_id(0); }

// Reads what nobody wrote.
__kernel void uninitialised(__global int* result) {
  int lanes[2];
  lanes[0] = 1;
  result[get_global_id(0)] = lanes[1];
}

// Writes behind the buffer's end.
__kernel void out_of_bounds(__global int* result) { result[get_global_id(0) + 1] = 1; }
