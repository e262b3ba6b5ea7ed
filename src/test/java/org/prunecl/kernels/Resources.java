package org.prunecl.kernels;

/**
 * What a compiler states of one kernel, or what its assembly shows; null where it does not tell.
 *
 * @param kernel the kernel's name
 * @param registers vector registers of a work-item (32 bits each; Intel: of a hardware thread)
 * @param privateBytes memory of a work-item for what found no register: spills and private arrays
 * @param localBytes local memory of a work-group
 * @param waves wavefronts that a SIMD unit can hold at once
 * @param globalLoads16 loads of 16 bytes per work-item from global memory, in the code
 * @param localLoads16 the same from local memory
 */
record Resources(
    String kernel,
    Integer registers,
    Integer privateBytes,
    Integer localBytes,
    Integer waves,
    int globalLoads16,
    int localLoads16) {}
