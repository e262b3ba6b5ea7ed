/**
 * The check of every kernel with the compilers of this machine, which {@code scripts/check-kernels}
 * runs. No test needs it; it stands here so that its parsing of compilers' output is tested.
 */
package org.prunecl.kernels;
