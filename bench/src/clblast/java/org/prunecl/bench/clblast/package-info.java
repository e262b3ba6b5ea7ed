/** The contender CLBlast. */
package org.prunecl.bench.clblast;
