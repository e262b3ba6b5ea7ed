/** The contender OpenBLAS. */
package org.prunecl.bench.openblas;
