package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class SamplesTest {
  @BothFamilies
  void a_batch_is_gathered_in_order_and_normalised(Family family) {
    Backend backend = TestDevice.backend(family);
    for (int round = 0; round < (TestDevice.simulated() ? 3 : 10); round++) {
      Draw draw = new Draw("gather" + round);
      int features = draw.size();
      int count = draw.size() + 1;
      int batch = 1 + draw.index(count);
      int first = draw.index(count - batch + 1);
      float scale = draw.pick(1f / 255, 2f / 255);
      float shift = draw.pick(0f, -1f);
      byte[] pixels = draw.bytes(count * features);
      byte[] labels = draw.bytes(count);
      int[] order = draw.permutation(count);
      float[] x = new float[features * batch];
      int[] y = new int[batch + 3];
      Arrays.fill(y, -7);
      int[] untouched = y.clone();
      for (int b = 0; b < batch; b++) {
        int sample = order[first + b];
        y[b] = Byte.toUnsignedInt(labels[sample]);
        for (int f = 0; f < features; f++) {
          int pixel = Byte.toUnsignedInt(pixels[sample * features + f]);
          x[f * batch + b] = Math.fma(pixel, scale, shift);
        }
      }
      String what = features + " features, samples " + first + " to " + (first + batch);
      try (Samples samples = new Samples(backend, pixels, labels, features, scale, shift);
          Guarded deviceX = Guarded.result(backend, features, batch);
          Labels deviceY = new Labels(backend, y.length).write(untouched)) {
        samples.order(order);
        samples.gather(first, deviceX.matrix(), deviceY);
        assertThat(deviceX.read()).as(what).containsExactly(x);
        assertThat(deviceY.read(y.length)).as(what).isEqualTo(y);
        assertThat(samples.count()).isEqualTo(count);
        assertThat(samples.features()).isEqualTo(features);
      }
    }
  }

  @BothFamilies
  void without_an_order_samples_come_as_they_were_given(Family family) {
    Backend backend = TestDevice.backend(family);
    byte[] pixels = {0, 1, 2, (byte) 253, (byte) 254, (byte) 255};
    try (Samples samples = new Samples(backend, pixels, new byte[] {7, 8, (byte) 200}, 2, 1f, 0f);
        Matrix x = backend.matrix(2, 2);
        Labels y = new Labels(backend, 2)) {
      samples.gather(1, x, y);
      assertThat(x.read()).containsExactly(2f, 254f, 253f, 255f);
      assertThat(y.read(2)).containsExactly(8, 200);
    }
  }

  @BothFamilies
  void what_does_not_fit_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    assertThatThrownBy(() -> new Samples(backend, new byte[7], new byte[3], 2, 1f, 0f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7 pixels for 3 samples of 2 features");
    assertThatThrownBy(() -> new Samples(backend, new byte[0], new byte[0], 2, 1f, 0f))
        .isInstanceOf(IllegalArgumentException.class);
    try (Samples samples = new Samples(backend, new byte[6], new byte[3], 2, 1f, 0f);
        Matrix x = backend.matrix(2, 2);
        Matrix wrong = backend.matrix(3, 2);
        Labels y = new Labels(backend, 2);
        Labels few = new Labels(backend, 1)) {
      assertThatThrownBy(() -> samples.gather(2, x, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 to 4 of 3");
      assertThatThrownBy(() -> samples.gather(-1, x, y))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> samples.gather(0, wrong, y))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> samples.gather(0, x, few))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> samples.order(new int[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("An order of 2 for 3");
    }
  }
}
