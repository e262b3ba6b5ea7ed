/** Model files and run folders, written atomically. Knows nothing of training. */
package org.prunecl.io;
