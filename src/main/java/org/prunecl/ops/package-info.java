/**
 * Mathematical operations over device matrices: picks the kernel variant and owns the memory
 * layout. Knows nothing of networks.
 */
package org.prunecl.ops;
