package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;

/** PruneCL on the OpenCL device that {@code PRUNECL_DEVICE} names, else on its default. */
public final class PruneClContender implements Contender {
  private final Backend backend;

  private PruneClContender(Backend backend) {
    this.backend = backend;
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    Server.serve(
        () ->
            new PruneClContender(
                Backend.open(
                    DeviceChoice.among(Platforms.list(), null, System.getenv("PRUNECL_DEVICE"))
                        .preferred())));
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
      case "training" -> new PruneClTraining(backend, order);
      case "inference" -> new PruneClInference(backend, order);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  @Override
  public Map<String, String> limits(long bytes) {
    return PruneClLimits.measure(backend, bytes);
  }

  @Override
  public void close() {
    backend.close();
  }
}
