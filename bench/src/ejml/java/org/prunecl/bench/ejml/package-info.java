/** The contender EJML. */
package org.prunecl.bench.ejml;
