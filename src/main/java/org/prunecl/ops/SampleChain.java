package org.prunecl.ops;

import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * A chain for a single sample, on one core: a launch costs as much as reading a megabyte of
 * weights. Dense columns that meet a zero are not read; where such a column isn't finite, the
 * result doesn't show it. See {@code chain_cpu.cl}.
 */
final class SampleChain implements Chain {
  /** What a 16-bit index can count. */
  static final int MOST_ROWS = Windows.MOST_COLUMNS;

  /** A step takes as long as so many dense vectors of 16, half of which meet a zero. */
  private static final double VECTORS_PER_STEP = 2.5;

  private final Backend backend;
  private final int inputs;
  private final int outputs;
  private final int width;
  private final List<Parts> layers;
  private final Scope scope = new Scope();
  private final DeviceBuffer table;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;
  private final DeviceBuffer scratch;

  /**
   * A layer: a dense one by columns, padded; a sparse one in windows.
   *
   * @param windows null if it is dense
   */
  private record Parts(ChainLayer layer, Windows windows) implements ChainArrays.Form {
    static Parts of(ChainLayer layer, boolean dense) {
      // A step takes 16 elements at most.
      if (dense
          || layer.columns() > Windows.MOST_COLUMNS
          || VECTORS_PER_STEP * layer.nonzeros() > layer.weights().length) {
        return new Parts(layer, null);
      }
      Windows windows = Windows.of(layer.rows(), layer.columns(), layer.weights());
      long vectors = Range.groups(layer.rows(), Windows.ROWS) * layer.columns();
      return new Parts(layer, VECTORS_PER_STEP * windows.steps() > vectors ? null : windows);
    }

    @Override
    public boolean sparse() {
      return windows != null;
    }

    @Override
    public int starts() {
      return sparse() ? windows.starts().length + windows.order().length : 0;
    }

    @Override
    public int indices() {
      return sparse() ? (windows.picks().length + padded(windows.bases())) / Short.BYTES : 0;
    }

    private static int padded(byte[] bases) {
      return (int) Range.groups(bases.length, Windows.ROWS) * Windows.ROWS;
    }

    @Override
    public int biasFloats() {
      return Matrix.leadingDimension(Math.max(2, layer.rows()));
    }

    @Override
    public int weightFloats() {
      return sparse() ? windows.values().length : layer.columns() * biasFloats();
    }

    @Override
    public void write(ChainArrays arrays) {
      if (sparse()) {
        arrays.numbers(windows.starts());
        arrays.numbers(windows.order());
        arrays.indices(windows.picks(), 0);
        arrays.indices(windows.bases(), padded(windows.bases()) - windows.bases().length);
        arrays.put(windows.values());
        return;
      }
      for (int k = 0; k < layer.columns(); k++) {
        for (int r = 0; r < layer.rows(); r++) {
          arrays.put(k * biasFloats() + r, layer.weight(r, k));
        }
      }
    }

    int width() {
      return Math.max(biasFloats(), Matrix.padded(layer.columns()));
    }
  }

  private SampleChain(Backend backend, List<Parts> layers) {
    this.backend = backend;
    this.layers = layers;
    this.inputs = layers.get(0).layer.columns();
    this.outputs = layers.get(layers.size() - 1).layer.rows();
    this.width = layers.stream().mapToInt(Parts::width).max().orElseThrow();
    ChainArrays arrays = new ChainArrays(layers);
    try {
      this.table = arrays.table(backend, scope);
      this.indices = arrays.indices(backend, scope);
      this.values = arrays.values(backend, scope);
      this.scratch = scope.own(backend.context().allocate(4L * width * Float.BYTES));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static SampleChain of(Backend backend, List<ChainLayer> layers, boolean dense) {
    return new SampleChain(backend, layers.stream().map(layer -> Parts.of(layer, dense)).toList());
  }

  static void prepare(Backend backend) {
    kernel(backend);
  }

  static long weightBytes(int rows, int columns) {
    long slices = Range.groups(rows, Windows.ROWS);
    return Matrix.bytes(columns + 1, Math.max(2, rows))
        + ChainArrays.bytes(slices + 1 + slices * Windows.ROWS);
  }

  /** Two vectors and two lists. */
  static long scratchBytes(int rows, int columns) {
    return Matrix.bytes(4, Math.max(2, Math.max(rows, columns)));
  }

  @Override
  public boolean sparse(int layer) {
    return layers.get(layer).sparse();
  }

  @Override
  public int stored(int layer) {
    return layers.get(layer).stored();
  }

  @Override
  public boolean takes(int batch) {
    return batch == 1;
  }

  @Override
  public void run(Matrix x, boolean bySample, Matrix y) {
    int taken = bySample ? x.columns() : x.rows();
    int samples = bySample ? x.rows() : x.columns();
    if (taken != inputs || samples != 1 || y.rows() != outputs || y.columns() != 1) {
      throw new IllegalArgumentException(
          "Shapes don't fit: layers from %d to %d values, %s and %s"
              .formatted(inputs, outputs, x, y));
    }
    kernel(backend)
        .launch(
            Range.of(1, 1),
            layers.size(),
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
