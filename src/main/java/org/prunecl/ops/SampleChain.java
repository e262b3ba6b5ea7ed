package org.prunecl.ops;

import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * A chain for a single sample, on one core: waking others takes longer than they save. Dense
 * columns that meet a zero are not read; where such a column isn't finite, the result doesn't show
 * it. See {@code chain_cpu.cl}.
 */
final class SampleChain implements Chain {
  /** What a 16-bit index can count. */
  static final int MOST_ROWS = Windows.MOST_COLUMNS;

  /** Picks are read 16 bytes at a time. */
  private static final int ALIGNED_INDICES = 8;

  /**
   * A step of windows takes as long as so many dense vectors of 16. It takes 82 bytes, a vector 64:
   * with less than 1.3, {@link #weightBytes} would be too little.
   */
  private static final double VECTORS_PER_STEP = 1.3;

  /** An element added to its row takes as long as so many dense vectors of 16. */
  private static final double VECTORS_PER_ELEMENT = 0.6;

  private static final String KERNEL = "chain";

  private final Backend backend;
  private final KernelSource source;
  private final int inputs;
  private final int outputs;
  private final int width;
  private final List<ChainArrays.Kept> layers;
  private final Scope scope = new Scope();
  private final DeviceBuffer table;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;
  private final DeviceBuffer scratch;

  /**
   * A layer.
   *
   * @param form null if it is dense: by columns, padded
   * @param windows null unless it is in windows
   */
  private record Parts(ChainLayer layer, SparseForm form, Windows windows)
      implements ChainArrays.Form {
    static Parts of(ChainLayer layer, boolean dense) {
      Parts best = new Parts(layer, null, null);
      if (dense) {
        return best;
      }
      double read = 1 - layer.zeros();
      double least = read * Range.groups(layer.rows(), Windows.ROWS) * layer.columns();
      double byColumns = read * VECTORS_PER_ELEMENT * layer.nonzeros();
      if (byColumns < least) {
        least = byColumns;
        best = new Parts(layer, SparseForm.COLUMNS, null);
      }
      // A step takes 16 elements at most.
      if (layer.columns() <= Windows.MOST_COLUMNS
          && VECTORS_PER_STEP * layer.nonzeros() / Windows.ROWS < least) {
        Windows windows = Windows.of(layer.rows(), layer.columns(), layer.weights());
        if (VECTORS_PER_STEP * windows.steps() < least) {
          best = new Parts(layer, SparseForm.WINDOWED, windows);
        }
      }
      return best;
    }

    @Override
    public boolean sparse() {
      return form != null;
    }

    private boolean windowed() {
      return form == SparseForm.WINDOWED;
    }

    @Override
    public int starts() {
      if (windowed()) {
        return 1 + windows.starts().length + windows.order().length;
      }
      return sparse() ? 1 + layer.columns() + 1 : 0;
    }

    @Override
    public int indices() {
      int picks = windowed() ? windows.picks().length / Short.BYTES : 0;
      return picks + perElement() + rest();
    }

    /** Indices of the elements or steps. */
    private int perElement() {
      if (windowed()) {
        return windows.steps();
      }
      return sparse() ? stored() : 0;
    }

    /** Indices of padding behind them. */
    private int rest() {
      return (int) Range.groups(perElement(), ALIGNED_INDICES) * ALIGNED_INDICES - perElement();
    }

    @Override
    public int biasFloats() {
      return Matrix.leadingDimension(Math.max(2, layer.rows()));
    }

    @Override
    public int weightFloats() {
      if (windowed()) {
        return windows.values().length;
      }
      return Matrix.padded(sparse() ? stored() : layer.columns() * biasFloats());
    }

    @Override
    public void write(ChainArrays arrays) {
      if (windowed()) {
        arrays.number(0);
        arrays.numbers(windows.starts());
        arrays.numbers(windows.order());
        arrays.indices(windows.picks());
        arrays.indices(windows.bases());
        arrays.skip(rest());
        arrays.put(windows.values());
        return;
      }
      if (sparse()) {
        arrays.number(1);
      }
      for (int k = 0; k < layer.columns(); k++) {
        if (sparse()) {
          arrays.start();
        }
        for (int r = 0; r < layer.rows(); r++) {
          if (sparse()) {
            arrays.element(r, layer.weight(r, k));
          } else {
            arrays.put(k * biasFloats() + r, layer.weight(r, k));
          }
        }
      }
      if (sparse()) {
        arrays.start();
        arrays.skip(rest());
      }
    }

    int width() {
      return Math.max(biasFloats(), Matrix.padded(layer.columns()));
    }
  }

  private SampleChain(Backend backend, List<Parts> layers) {
    this.backend = backend;
    this.source = source(backend);
    this.layers =
        layers.stream().map(part -> new ChainArrays.Kept(part.form, part.stored())).toList();
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
    backend.context().prepareShort(source(backend), KERNEL);
  }

  static long weightBytes(int rows, int columns) {
    long slices = Range.groups(rows, Windows.ROWS);
    return Matrix.bytes(columns + 1, Math.max(2, rows))
        + ChainArrays.bytes(2 + columns + slices * (1 + Windows.ROWS));
  }

  /** Two vectors and two lists. */
  static long scratchBytes(int rows, int columns) {
    return Matrix.bytes(4, Math.max(2, Math.max(rows, columns)));
  }

  @Override
  public SparseForm form(int layer) {
    return layers.get(layer).form();
  }

  @Override
  public int stored(int layer) {
    return layers.get(layer).weights();
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
    backend
        .context()
        .shortKernel(source, KERNEL)
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

  private static KernelSource source(Backend backend) {
    return KernelSource.of("chain_cpu.cl").with("LANES", backend.vectorLanes());
  }

  @Override
  public void close() {
    scope.close();
  }
}
