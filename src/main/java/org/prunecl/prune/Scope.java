package org.prunecl.prune;

/** Which weights compete with each other. */
public enum Scope {
  /** Those of each layer alone: every layer loses the same share. */
  LAYER,
  /**
   * Those of all prunable layers together, in one ranking: equal ones go layer by layer, then in
   * the order of their index. A layer may lose everything: the network then gives constants, which
   * {@link Compaction} leaves.
   */
  GLOBAL,
  /** Those of each layer alone, where some layers are given a share of their own. */
  FRACTIONS
}
