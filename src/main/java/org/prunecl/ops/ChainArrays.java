package org.prunecl.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Scope;

/**
 * What the kernels of a {@link Chain} read, while it is written in host memory: numbers, 16-bit
 * indices and floats. The table begins with six numbers per layer: its inputs; its outputs; where
 * its floats begin; where its starts begin in the table, or −1 if it is dense; where its indices
 * begin; 1 if ReLU follows.
 */
final class ChainArrays {
  private static final int HEAD = 6;
  private static final int DENSE = -1;

  /** How a layer is laid out. */
  interface Form {
    ChainLayer layer();

    boolean sparse();

    /** Numbers of a sparse layer in the table: where its elements begin, and what else it needs. */
    int starts();

    /**
     * Indices of a sparse layer, a multiple of 8 where what begins after them has to be aligned.
     */
    int indices();

    /** Floats of the bias, padding included. */
    int biasFloats();

    /** Floats of the weights, padding included. */
    int weightFloats();

    /** Writes the weights: by {@link #put}, and what says where they belong. */
    void write(ChainArrays arrays);

    /** Weights that are kept. */
    default int stored() {
      return sparse() ? layer().nonzeros() : layer().weights().length;
    }
  }

  /**
   * What is known of a layer once it is on the device.
   *
   * @param form null if it is dense
   * @param weights that are kept
   */
  record Kept(SparseForm form, int weights) {}

  /** What one layer with so many starts has in the table, bytes. */
  static long bytes(long starts) {
    return (HEAD + starts) * Integer.BYTES;
  }

  private final int[] table;
  private final ByteBuffer indices;
  private final float[] values;
  private int nextStart;
  private int weights;
  private int elements;

  ChainArrays(List<? extends Form> forms) {
    table = new int[HEAD * forms.size() + forms.stream().mapToInt(Form::starts).sum()];
    int indexed = forms.stream().mapToInt(Form::indices).sum();
    indices =
        ByteBuffer.allocate(Math.max(1, indexed) * Short.BYTES).order(ByteOrder.nativeOrder());
    values =
        new float[forms.stream().mapToInt(form -> form.biasFloats() + form.weightFloats()).sum()];
    nextStart = HEAD * forms.size();
    int head = 0;
    int at = 0;
    for (Form form : forms) {
      ChainLayer layer = form.layer();
      table[head] = layer.columns();
      table[head + 1] = layer.rows();
      table[head + 2] = at;
      table[head + 3] = form.sparse() ? nextStart : DENSE;
      table[head + 4] = indices.position() / Short.BYTES;
      table[head + 5] = layer.relu() ? 1 : 0;
      if (layer.bias() != null) {
        System.arraycopy(layer.bias(), 0, values, at, layer.rows());
      }
      weights = at + form.biasFloats();
      elements = 0;
      form.write(this);
      head += HEAD;
      at = weights + form.weightFloats();
    }
  }

  /** Writes a weight. */
  void put(int index, float weight) {
    values[weights + index] = weight;
  }

  /** Writes weights from the first on. */
  void put(float[] some) {
    System.arraycopy(some, 0, values, weights, some.length);
  }

  /** The next 16-bit indices of a sparse layer. */
  void indices(byte[] some) {
    indices.put(some);
  }

  /** Zeros as the next indices of a sparse layer. */
  void skip(int count) {
    indices.position(indices.position() + count * Short.BYTES);
  }

  /** The next number of a sparse layer. */
  void number(int value) {
    table[nextStart++] = value;
  }

  /** The next numbers of a sparse layer. */
  void numbers(int[] some) {
    System.arraycopy(some, 0, table, nextStart, some.length);
    nextStart += some.length;
  }

  /** The next number of a sparse layer: how many of its elements were written. */
  void start() {
    number(elements);
  }

  /** The next element of a sparse layer, unless it is zero. */
  void element(int index, float weight) {
    if (weight != 0) {
      values[weights + elements++] = weight;
      indices.putShort((short) index);
    }
  }

  DeviceBuffer table(Backend backend, Scope owner) {
    return owner.own(backend.upload(table));
  }

  DeviceBuffer indices(Backend backend, Scope owner) {
    return owner.own(backend.upload(indices.array()));
  }

  DeviceBuffer values(Backend backend, Scope owner) {
    return owner.own(backend.upload(values));
  }
}
