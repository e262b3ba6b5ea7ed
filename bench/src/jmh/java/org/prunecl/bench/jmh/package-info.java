/**
 * Every operation alone, timed by JMH. Each checks its result once against plain Java before it is
 * timed.
 */
package org.prunecl.bench.jmh;
