/** Trains, prunes and times neural networks on OpenCL devices. */
package org.prunecl;
