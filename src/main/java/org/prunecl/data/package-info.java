/** IDX files, known datasets, normalisation and batch order. Knows nothing of networks. */
package org.prunecl.data;
