package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class PeakTest {
  @BothFamilies
  void the_loop_computes_what_it_claims_to(Family family) {
    Backend backend = TestDevice.backend(family);
    int lanes = backend.vectorLanes();
    double sum = 0;
    for (int chain = 0; chain < 10; chain++) {
      double value = 0.5 + chain;
      for (int round = 0; round < 3; round++) {
        value = value * 0.25 + 0.125;
      }
      sum += value;
    }
    try (Guarded result = Guarded.result(backend, 2, 16)) {
      backend
          .context()
          .kernel(KernelSource.of("peak.cl", Map.of("LANES", lanes)), "peak")
          .launch(Range.of(32 / lanes, 1), result.matrix().buffer(), 0.5f, 3);
      for (float value : result.read()) {
        assertThat((double) value).isCloseTo(sum, within(1e-5));
      }
    }
  }
}
