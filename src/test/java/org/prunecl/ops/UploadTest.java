package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class UploadTest {
  @Test
  void a_matrix_that_is_closed_is_not_written_to() {
    Upload upload;
    try (Matrix matrix = TestDevice.backend(Family.CPU).sharedMatrix(16, 16)) {
      upload = new Upload(matrix);
    }
    assertThatThrownBy(() -> upload.write(new float[256]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after close");
  }

  @BothFamilies
  void what_the_host_puts_into_a_new_shared_matrix_stays_there(Family family) {
    Backend backend = TestDevice.backend(family);
    for (int repetition = 0; repetition < 20; repetition++) {
      float[] values = new Draw("shared " + repetition).values(999 * 3);
      // Wide rows have padding, and are zeroed when they are made.
      try (Matrix matrix = backend.sharedMatrix(3, 999);
          Matrix copy = backend.matrix(3, 999)) {
        new Upload(matrix).write(values);
        copy.copyFrom(matrix);
        assertThat(copy.read()).containsExactly(values);
        assertThat(matrix.read()).containsExactly(values);
      }
    }
  }
}
