/**
 * The side of a comparison that does the work: each contender runs in a process of its own and
 * takes orders, one a line, on standard input.
 */
package org.prunecl.bench.worker;
