/** The contender MKL, by its sparse kernels. */
package org.prunecl.bench.mkl;
