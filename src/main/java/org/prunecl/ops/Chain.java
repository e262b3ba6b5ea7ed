package org.prunecl.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Layers act(W · x + b) one after the other for a single sample, on a CPU device, in one launch: a
 * launch costs as much there as reading a megabyte of weights. Columns that meet a zero are not
 * read; where such a column isn't finite, the result doesn't show it. See {@code chain_cpu.cl}.
 * Owns copies of the weights.
 */
public final class Chain implements AutoCloseable {
  /** What all layers of a chain may take, by {@link #bytes}: beyond, one core is no match. */
  public static final long MOST_BYTES = 1 << 26;

  /** What a 16-bit index can count. */
  private static final int MOST_ROWS = 65_536;

  /** One dense element takes so much less time than a sparse one. */
  private static final int DENSE_FASTER = 7;

  /** Numbers per layer at the start of the table. */
  private static final int HEAD = 6;

  private static final int DENSE = -1;

  /**
   * One layer.
   *
   * @param weights M × K, K being what the layer before gives
   * @param bias M × 1, or null
   * @param relu whether ReLU follows
   */
  public record Link(Matrix weights, Matrix bias, boolean relu) {}

  /**
   * One layer in host memory.
   *
   * @param weights row by row
   * @param bias one per row, or null
   * @param sparse whether zeros are left out
   */
  @SuppressWarnings("ArrayRecordComponent") // a step of the construction, never compared
  private record Values(
      int rows, int columns, float[] weights, float[] bias, boolean relu, boolean sparse) {
    static Values of(Link link, boolean dense) {
      Matrix weights = link.weights();
      float[] values = weights.read();
      return new Values(
          weights.rows(),
          weights.columns(),
          values,
          link.bias() == null ? null : link.bias().read(),
          link.relu(),
          !dense && DENSE_FASTER * nonzeros(values) < values.length);
    }

    int stored() {
      return sparse ? (int) nonzeros(weights) : weights.length;
    }

    private static long nonzeros(float[] values) {
      long count = 0;
      for (float value : values) {
        count += value != 0 ? 1 : 0;
      }
      return count;
    }

    int paddedRows() {
      return Matrix.leadingDimension(Math.max(2, rows));
    }

    /** Floats that the kernel finds of this layer. */
    int floats() {
      int elements = sparse ? stored() : columns * paddedRows();
      return paddedRows() + Matrix.leadingDimension(Math.max(2, elements));
    }
  }

  private final Backend backend;
  private final int inputs;
  private final int outputs;
  private final int width;
  private final List<Boolean> sparse;
  private final List<Integer> stored;
  private final Scope scope = new Scope();
  private final DeviceBuffer table;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;
  private final DeviceBuffer scratch;

  private Chain(Backend backend, List<Values> layers) {
    this.backend = backend;
    this.inputs = layers.get(0).columns;
    this.outputs = layers.get(layers.size() - 1).rows;
    this.width =
        layers.stream()
            .mapToInt(layer -> Math.max(layer.paddedRows(), Matrix.leadingDimension(layer.columns)))
            .max()
            .orElseThrow();
    this.sparse = layers.stream().map(Values::sparse).toList();
    this.stored = layers.stream().map(Values::stored).toList();
    Tables tables = new Tables(layers);
    try {
      this.table = scope.own(backend.upload(tables.table));
      this.indices = scope.own(backend.upload(tables.indices.array()));
      this.values =
          scope.own(backend.context().allocate((long) tables.values.length * Float.BYTES));
      values.write(tables.values);
      this.scratch = scope.own(backend.context().allocate(4L * width * Float.BYTES));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** What the kernel reads, in host memory. */
  private static final class Tables {
    final int[] table;
    final ByteBuffer indices;
    final float[] values;

    Tables(List<Values> layers) {
      int starts = layers.stream().mapToInt(l -> l.sparse ? l.columns + 1 : 0).sum();
      int elements = layers.stream().mapToInt(l -> l.sparse ? l.stored() : 0).sum();
      int floats = layers.stream().mapToInt(Values::floats).sum();
      this.table = new int[HEAD * layers.size() + starts];
      this.indices =
          ByteBuffer.allocate(Math.max(1, elements) * Short.BYTES).order(ByteOrder.nativeOrder());
      this.values = new float[floats];
      int head = 0;
      int start = HEAD * layers.size();
      int at = 0;
      for (Values layer : layers) {
        table[head] = layer.columns;
        table[head + 1] = layer.rows;
        table[head + 2] = at;
        table[head + 3] = layer.sparse ? start : DENSE;
        table[head + 4] = indices.position() / Short.BYTES;
        table[head + 5] = layer.relu ? 1 : 0;
        if (layer.bias != null) {
          System.arraycopy(layer.bias, 0, values, at, layer.rows);
        }
        if (layer.sparse) {
          sparse(layer, start, at + layer.paddedRows());
          start += layer.columns + 1;
        } else {
          dense(layer, at + layer.paddedRows());
        }
        head += HEAD;
        at += layer.floats();
      }
    }

    private void dense(Values layer, int begin) {
      for (int r = 0; r < layer.rows; r++) {
        for (int k = 0; k < layer.columns; k++) {
          values[begin + k * layer.paddedRows() + r] = layer.weights[r * layer.columns + k];
        }
      }
    }

    private void sparse(Values layer, int start, int begin) {
      int count = 0;
      for (int k = 0; k < layer.columns; k++) {
        table[start + k] = count;
        for (int r = 0; r < layer.rows; r++) {
          float value = layer.weights[r * layer.columns + k];
          if (value != 0) {
            values[begin + count++] = value;
            indices.putShort((short) r);
          }
        }
      }
      table[start + layer.columns] = count;
    }
  }

  /** Whether the device runs layers of so many rows this way. */
  public static boolean suits(Backend backend, int rows) {
    return backend.cpu() && rows <= MOST_ROWS;
  }

  /** Builds the kernel, so that no later call has to. */
  public static void prepare(Backend backend) {
    kernel(backend);
  }

  /** Device memory that a layer takes at most, bytes. */
  public static long bytes(int rows, int columns) {
    return Matrix.bytes(columns + 1, Math.max(2, rows))
        + Matrix.bytes(4, Math.max(2, Math.max(rows, columns)))
        + (HEAD + columns + 2L) * Integer.BYTES;
  }

  /** Copies layers, zeros included. */
  public static Chain dense(Backend backend, List<Link> links) {
    return of(backend, links, true);
  }

  /** Copies layers, without their zeros where that is faster. */
  public static Chain of(Backend backend, List<Link> links) {
    return of(backend, links, false);
  }

  private static Chain of(Backend backend, List<Link> links, boolean dense) {
    if (links.isEmpty()) {
      throw new IllegalArgumentException("A chain of no layers");
    }
    int inputs = links.get(0).weights().columns();
    for (Link link : links) {
      if (!suits(backend, link.weights().rows()) || link.weights().columns() != inputs) {
        throw new IllegalArgumentException("A chain of " + links);
      }
      new Epilogue(link.bias(), link.relu()).biasBuffer(link.weights().rows());
      inputs = link.weights().rows();
    }
    return new Chain(backend, links.stream().map(link -> Values.of(link, dense)).toList());
  }

  /** Whether a layer's zeros were left out. */
  public boolean sparse(int layer) {
    return sparse.get(layer);
  }

  /** How many of a layer's weights are kept, zeros included unless it is sparse. */
  public int stored(int layer) {
    return stored.get(layer);
  }

  /**
   * y = L_n(… L_1(x)); does not wait.
   *
   * @param x K of the first layer × 1
   * @param y M of the last layer × 1
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void run(Matrix x, Matrix y) {
    if (x.rows() != inputs || y.rows() != outputs || x.columns() != 1 || y.columns() != 1) {
      throw new IllegalArgumentException(
          "Shapes don't fit: layers from %d to %d values, %s and %s"
              .formatted(inputs, outputs, x, y));
    }
    kernel(backend)
        .launch(
            Range.of(1, 1),
            sparse.size(),
            table,
            indices,
            values,
            x.buffer(),
            scratch,
            width,
            y.buffer());
  }

  private static Kernel kernel(Backend backend) {
    KernelSource source = KernelSource.of("chain_cpu.cl").with("LANES", backend.vectorLanes());
    return backend.context().kernel(source, "chain");
  }

  @Override
  public void close() {
    scope.close();
  }
}
