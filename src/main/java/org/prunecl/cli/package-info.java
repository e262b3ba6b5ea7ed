/** The command line: parses, calls {@code lab}, prints. Knows nothing of kernels. */
package org.prunecl.cli;
