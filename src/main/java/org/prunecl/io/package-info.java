/** Model files, run folders and event files. Knows nothing of training. */
package org.prunecl.io;
