package org.prunecl.ops;

/**
 * One layer of a {@link Chain} in host memory.
 *
 * @param rows M, what it gives
 * @param columns K, what it takes
 * @param weights row by row
 * @param bias one per row, or null
 * @param relu whether ReLU follows
 * @param zeros share of its inputs that are zero, as far as is known
 * @param nonzeros weights that are not zero
 */
@SuppressWarnings("ArrayRecordComponent") // a step of the construction, never compared
record ChainLayer(
    int rows,
    int columns,
    float[] weights,
    float[] bias,
    boolean relu,
    double zeros,
    int nonzeros) {
  static ChainLayer read(Chain.Link link) {
    float[] weights = link.weights().read();
    int nonzeros = 0;
    for (float weight : weights) {
      nonzeros += weight != 0 ? 1 : 0;
    }
    return new ChainLayer(
        link.weights().rows(),
        link.weights().columns(),
        weights,
        link.bias() == null ? null : link.bias().read(),
        link.relu(),
        link.zeros(),
        nonzeros);
  }

  float weight(int row, int column) {
    return weights[row * columns + column];
  }
}
