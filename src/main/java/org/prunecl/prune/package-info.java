/**
 * What is pruned and how much: selection, masks, compaction. Knows nothing of files or the command
 * line.
 */
package org.prunecl.prune;
