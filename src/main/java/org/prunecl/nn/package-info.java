/** Layers, networks, initialisers, optimiser and training steps. Knows nothing of datasets. */
package org.prunecl.nn;
