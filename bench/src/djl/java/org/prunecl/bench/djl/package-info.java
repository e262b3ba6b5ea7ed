/** The contender PyTorch, as DJL packages it. */
package org.prunecl.bench.djl;
