// SUB_GROUP: an attribute for kernels that need many registers. On Intel's GPUs an item's share of them depends on
// how many items form a sub-group: the widest that leaves enough is 16 on chips with registers of 64 bytes, all
// of which have doubles, and 8 on those of 32 bytes, which the doubles are missing from. The compiler for CPUs,
// which has the attribute too, needs none.

#if defined(cl_intel_required_subgroup_size) && LANES == 4
#ifdef cl_khr_fp64
#define SUB_GROUP __attribute__((intel_reqd_sub_group_size(16)))
#else
#define SUB_GROUP __attribute__((intel_reqd_sub_group_size(8)))
#endif
#else
#define SUB_GROUP
#endif
