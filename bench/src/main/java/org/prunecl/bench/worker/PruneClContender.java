package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Peak;

/** PruneCL on the OpenCL device that {@code PRUNECL_DEVICE} names, else on its default. */
public final class PruneClContender implements Contender {
  private final Backend backend;
  private final boolean dense;

  private PruneClContender(Backend backend, boolean dense) {
    this.backend = backend;
    this.dense = dense;
  }

  /**
   * Serves until standard input ends.
   *
   * @param args {@code dense} to multiply with the zeros of sparse work too
   */
  public static void main(String[] args) throws IOException {
    Server.serve(
        () ->
            new PruneClContender(
                Backend.open(
                    DeviceChoice.among(Platforms.list(), null, System.getenv("PRUNECL_DEVICE"))
                        .preferred()),
                List.of(args).contains("dense")));
  }

  @Override
  public Map<String, String> facts() {
    Device device = backend.device();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(device.computeUnits()));
    facts.put("version", device.version());
    facts.put("device", device.name());
    facts.put("indices", device.indices());
    facts.put("driver", device.driver());
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    return switch (order.suite()) {
      case "gemm" -> new PruneClGemm(backend, order);
      case "training", "training-conv" -> new PruneClTraining(backend, order);
      case "inference" -> new PruneClInference(backend, order, false);
      case "sparse-layer" -> new PruneClLayer(backend, order, !dense);
      case "sparse-network" -> new PruneClInference(backend, order, !dense);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  @Override
  public Map<String, String> limits(long bytes) {
    return PruneClLimits.measure(backend, bytes);
  }

  @Override
  public double registerLoop() {
    return Peak.gflops(backend, 1);
  }

  @Override
  public void close() {
    backend.close();
  }
}
