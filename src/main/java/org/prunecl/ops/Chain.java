package org.prunecl.ops;

import java.util.List;

/**
 * Layers act(W · X + b) one after the other on a CPU device, in one launch: between launches
 * threads fall asleep and have to be woken, and the one that ends first waits for the others. Owns
 * copies of the weights.
 */
public sealed interface Chain extends AutoCloseable permits SampleChain, BatchChain {
  /** What the weights of a chain may take, which are copied, and what lies between its layers. */
  long MOST_BYTES = 1 << 26;

  /**
   * One layer.
   *
   * @param weights M × K, K being what the layer before gives
   * @param bias M × 1, or null
   * @param relu whether ReLU follows
   * @param zeros share of its inputs that are zero, as far as is known, 0 to 1: of a single sample
   *     those of its weights needn't be read
   */
  record Link(Matrix weights, Matrix bias, boolean relu, double zeros) {}

  /** Whether the device runs layers of so many rows this way: a 16-bit index counts them. */
  static boolean suits(Backend backend, int rows) {
    return backend.cpu() && rows <= SampleChain.MOST_ROWS;
  }

  /**
   * Whether batches of this size are fast this way: all compute units have about as much to do, or
   * there are so few of both that one alone is as fast.
   */
  static boolean fills(Backend backend, int batch) {
    return batch > 1 && BatchChain.fills(backend, batch);
  }

  /** Builds the kernel for batches of this size, so that no later call has to. */
  static void prepare(Backend backend, int batch) {
    if (batch == 1) {
      SampleChain.prepare(backend);
    } else {
      BatchChain.prepare(backend, batch);
    }
  }

  /** Device memory that a layer's weights take at most, bytes. */
  static long weightBytes(int rows, int columns, int batch) {
    return batch == 1
        ? SampleChain.weightBytes(rows, columns)
        : BatchChain.weightBytes(rows, columns);
  }

  /** Device memory that what such a layer takes and gives needs, bytes. */
  static long scratchBytes(Backend backend, int rows, int columns, int batch) {
    return batch == 1
        ? SampleChain.scratchBytes(rows, columns)
        : BatchChain.scratchBytes(backend, rows, columns, batch);
  }

  /** The same at most, on any device. */
  static long scratchBytes(int rows, int columns, int batch) {
    return batch == 1
        ? SampleChain.scratchBytes(rows, columns)
        : BatchChain.scratchBytes(rows, columns, batch);
  }

  /**
   * Copies layers, zeros included.
   *
   * @param batch samples that will be run at a time
   */
  static Chain dense(Backend backend, List<Link> links, int batch) {
    return of(backend, links, batch, true);
  }

  /**
   * Copies layers, without their zeros where that is faster.
   *
   * @param batch samples that will be run at a time
   */
  static Chain of(Backend backend, List<Link> links, int batch) {
    return of(backend, links, batch, false);
  }

  private static Chain of(Backend backend, List<Link> links, int batch, boolean dense) {
    if (links.isEmpty()) {
      throw new IllegalArgumentException("A chain of no layers");
    }
    int inputs = links.get(0).weights().columns();
    for (Link link : links) {
      Matrix weights = link.weights();
      if (!suits(backend, weights.rows()) || weights.columns() != inputs) {
        throw new IllegalArgumentException("A chain of " + links);
      }
      new Epilogue(link.bias(), link.relu()).biasBuffer(weights.rows());
      inputs = weights.rows();
    }
    List<ChainLayer> layers = links.stream().map(ChainLayer::read).toList();
    return batch == 1
        ? SampleChain.of(backend, layers, dense)
        : BatchChain.of(backend, layers, dense, batch);
  }

  /** In which form a layer's zeros were left out, or null if they weren't. */
  SparseForm form(int layer);

  /** Whether a layer's zeros were left out. */
  default boolean sparse(int layer) {
    return form(layer) != null;
  }

  /** How many of a layer's weights are kept, zeros included unless it is sparse. */
  int stored(int layer);

  /** Whether it runs so many samples at a time: one, or any other number up to its batch size. */
  boolean takes(int batch);

  /**
   * Y = L_n(… L_1(X)); need not wait.
   *
   * @param x K of the first layer × samples, or, by samples, samples × K
   * @param bySample whether x is the latter
   * @param y M of the last layer × samples
   * @throws IllegalArgumentException when the shapes don't fit
   */
  void run(Matrix x, boolean bySample, Matrix y);

  /** As {@link #run(Matrix, boolean, Matrix)}, x being K of the first layer × samples. */
  default void run(Matrix x, Matrix y) {
    run(x, false, y);
  }

  @Override
  void close();
}
