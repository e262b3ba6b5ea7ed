package org.prunecl.ops;

import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * A chain for a single sample, on one core: a launch costs as much as reading a megabyte of
 * weights. Columns that meet a zero are not read; where such a column isn't finite, the result
 * doesn't show it. See {@code chain_cpu.cl}.
 */
final class SampleChain implements Chain {
  /** What a 16-bit index can count. */
  static final int MOST_ROWS = 65_536;

  /** One dense element takes so much less time than a sparse one. */
  private static final int DENSE_FASTER = 7;

  private final Backend backend;
  private final int inputs;
  private final int outputs;
  private final int width;
  private final List<Columns> layers;
  private final Scope scope = new Scope();
  private final DeviceBuffer table;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;
  private final DeviceBuffer scratch;

  /** A layer by columns: those of a dense one padded, of a sparse one the elements and rows. */
  private record Columns(ChainLayer layer, boolean sparse) implements ChainArrays.Form {
    @Override
    public int starts() {
      return sparse ? layer.columns() + 1 : 0;
    }

    @Override
    public int biasFloats() {
      return Matrix.leadingDimension(Math.max(2, layer.rows()));
    }

    @Override
    public int weightFloats() {
      return Matrix.padded(sparse ? stored() : layer.columns() * biasFloats());
    }

    @Override
    public void write(ChainArrays arrays) {
      for (int k = 0; k < layer.columns(); k++) {
        if (sparse) {
          arrays.start();
        }
        for (int r = 0; r < layer.rows(); r++) {
          if (sparse) {
            arrays.element(r, layer.weight(r, k));
          } else {
            arrays.put(k * biasFloats() + r, layer.weight(r, k));
          }
        }
      }
      if (sparse) {
        arrays.start();
      }
    }

    int width() {
      return Math.max(biasFloats(), Matrix.padded(layer.columns()));
    }
  }

  private SampleChain(Backend backend, List<Columns> layers) {
    this.backend = backend;
    this.layers = layers;
    this.inputs = layers.get(0).layer.columns();
    this.outputs = layers.get(layers.size() - 1).layer.rows();
    this.width = layers.stream().mapToInt(Columns::width).max().orElseThrow();
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
    return new SampleChain(
        backend,
        layers.stream()
            .map(
                layer ->
                    new Columns(
                        layer,
                        !dense && (long) DENSE_FASTER * layer.nonzeros() < layer.weights().length))
            .toList());
  }

  static void prepare(Backend backend) {
    kernel(backend);
  }

  static long weightBytes(int rows, int columns) {
    return Matrix.bytes(columns + 1, Math.max(2, rows)) + ChainArrays.bytes(columns + 1L);
  }

  /** Two vectors and two lists. */
  static long scratchBytes(int rows, int columns) {
    return Matrix.bytes(4, Math.max(2, Math.max(rows, columns)));
  }

  @Override
  public boolean sparse(int layer) {
    return layers.get(layer).sparse;
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
