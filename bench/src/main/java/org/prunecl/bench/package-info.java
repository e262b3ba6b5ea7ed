/**
 * Compares PruneCL with the libraries a user would pick instead: one run, sides alternating round
 * by round, each in a process of its own, outputs checked against each other before any timing.
 */
package org.prunecl.bench;
