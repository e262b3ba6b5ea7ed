/** The contender PyTorch, as Bytedeco packages it. */
package org.prunecl.bench.bytedeco;
