/**
 * Recipes, training runs, sweeps and dense-versus-sparse timing. Knows nothing of how a layer
 * computes.
 */
package org.prunecl.lab;
