package org.prunecl.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;

/**
 * An operation on the device: so many calls back to back and one wait, divided. After each
 * iteration the result is read and consumed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class DeviceBenchmark {
  /** Calls between two waits. */
  static final int CALLS = 20;

  /** Of all inputs. */
  @Param("1")
  public long seed;

  Backend backend;
  private final org.prunecl.opencl.Scope scope = new org.prunecl.opencl.Scope();
  private SplittableRandom random;

  /** Opens the device, makes the inputs, and checks the result once. */
  @Setup(Level.Trial)
  public void open() {
    random = new SplittableRandom(seed);
    backend =
        scope.own(
            Backend.open(
                DeviceChoice.among(Platforms.list(), null, System.getenv("PRUNECL_DEVICE"))
                    .preferred()));
    prepare();
    call();
    check();
  }

  /** Makes the inputs. */
  abstract void prepare();

  /** Enqueues the operation once. */
  abstract void call();

  /** Compares the result of the first call with plain Java. */
  abstract void check();

  /** What the operation leaves behind. */
  abstract Object result();

  /** Enqueues so many calls and waits. */
  void calls() {
    for (int i = 0; i < CALLS; i++) {
      call();
    }
    backend.finish();
  }

  /** Reads the result, so that nobody can say it was not needed. */
  @TearDown(Level.Iteration)
  public void consume(Blackhole blackhole) {
    blackhole.consume(result());
  }

  /** Closes the device and all that lies on it. */
  @TearDown(Level.Trial)
  public void close() {
    scope.close();
  }

  <T extends AutoCloseable> T own(T resource) {
    return scope.own(resource);
  }

  Matrix zeros(int rows, int columns) {
    return own(backend.matrix(rows, columns));
  }

  Matrix upload(int rows, int columns, float[] values) {
    return own(backend.matrix(rows, columns, values));
  }

  /** Uniform in [-1, 1). */
  float[] uniform(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** Uniform bytes. */
  byte[] bytes(int count, int bound) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) random.nextInt(bound);
    }
    return values;
  }

  /** The two numbers of a shape, {@code 1000x784}. */
  static int[] shape(String text) {
    String[] parts = text.split("x", -1);
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
