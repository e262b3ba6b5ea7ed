/**
 * Platforms, devices, context, queue, programs, buffers and events: the only importer of {@code
 * org.jocl}. Knows nothing of mathematics.
 */
package org.prunecl.opencl;
