package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class LoopCheckTest {
  @ParameterizedTest
  @EnumSource(Family.class)
  void loops_run_to_their_end_but_on_the_renderer_that_is_known_to_cut_them_off(Family family) {
    Backend backend = TestDevice.backend(family);
    boolean renderer = backend.device().name().startsWith("llvmpipe");
    assertThat(LoopCheck.complete(backend)).isEqualTo(!renderer);
  }
}
