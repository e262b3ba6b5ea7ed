package org.prunecl.ops;

import java.util.Map;
import java.util.stream.IntStream;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * A labelled dataset on the device, one byte per feature, from which batches are gathered and
 * normalised by a kernel: a step uploads nothing. Owns its memory.
 */
public final class Samples implements AutoCloseable {
  private static final int CHUNK = 64;

  /** Samples that a CPU's work-group takes side by side. */
  private static final int SIDE_BY_SIDE = 8;

  private static final int GPU_LOCAL = 64;

  private final Backend backend;
  private final int count;
  private final int features;
  private final float scale;
  private final float shift;
  private final Scope scope = new Scope();
  private final DeviceBuffer pixels;
  private final DeviceBuffer labels;
  private final DeviceBuffer order;

  /**
   * Uploads a dataset; the order is that of the arrays until {@link #order(int[])} says otherwise.
   *
   * @param pixels sample by sample, {@code features} unsigned bytes each
   * @param labels one unsigned byte per sample
   * @param scale a feature's value is pixel · scale + shift
   * @param shift see {@code scale}
   */
  public Samples(
      Backend backend, byte[] pixels, byte[] labels, int features, float scale, float shift) {
    if (labels.length == 0 || pixels.length != (long) labels.length * features) {
      throw new IllegalArgumentException(
          pixels.length + " pixels for " + labels.length + " samples of " + features + " features");
    }
    this.backend = backend;
    this.count = labels.length;
    this.features = features;
    this.scale = scale;
    this.shift = shift;
    try {
      this.pixels = scope.own(backend.upload(pixels));
      this.labels = scope.own(backend.upload(labels));
      this.order = scope.own(backend.upload(IntStream.range(0, count).toArray()));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Builds the kernel, so that no later call has to. */
  public static void prepare(Backend backend) {
    kernel(backend);
  }

  /** Bytes of device memory for so many samples. */
  public static long bytes(int count, int features) {
    return (long) count * (features + 1 + Integer.BYTES);
  }

  /** Number of samples. */
  public int count() {
    return count;
  }

  /** Features of a sample. */
  public int features() {
    return features;
  }

  /** Sets the order in which samples are gathered: a permutation of 0 to count − 1. */
  public void order(int[] permutation) {
    if (permutation.length != count) {
      throw new IllegalArgumentException(
          "An order of " + permutation.length + " for " + count + " samples");
    }
    order.write(permutation);
  }

  /**
   * Gathers the samples at positions {@code first} to {@code first + batch − 1} of the order.
   *
   * @param x receives features × batch
   * @param y receives the labels
   */
  public void gather(int first, Matrix x, Labels y) {
    int batch = x.columns();
    if (first < 0 || first + batch > count || x.rows() != features || batch > y.capacity()) {
      throw new IllegalArgumentException(
          "Samples " + first + " to " + (first + batch) + " of " + count + " into " + x);
    }
    int local = backend.cpu() ? 1 : GPU_LOCAL;
    int sideBySide = backend.cpu() ? SIDE_BY_SIDE : GPU_LOCAL;
    kernel(backend)
        .launch(
            Range.groups(Range.groups(batch, sideBySide), Range.groups(features, CHUNK), local, 1),
            pixels,
            labels,
            order,
            first,
            batch,
            features,
            scale,
            shift,
            x.buffer(),
            x.leadingDimension(),
            y.buffer());
  }

  private static Kernel kernel(Backend backend) {
    Map<String, Integer> chunk = Map.of("CHUNK", CHUNK);
    KernelSource source =
        backend.cpu()
            ? KernelSource.of("gather_cpu.cl", chunk).with("LANES", SIDE_BY_SIDE)
            : KernelSource.of("gather.cl", chunk);
    return backend.context().kernel(source, "gather");
  }

  @Override
  public void close() {
    scope.close();
  }
}
