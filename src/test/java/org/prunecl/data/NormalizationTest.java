package org.prunecl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class NormalizationTest {
  @Test
  void pixels_get_the_values_that_the_definitions_state() {
    for (int pixel = 0; pixel <= 255; pixel++) {
      double unit = pixel / 255.0;
      assertThat((double) value(Normalization.UNIT, pixel)).isEqualTo(unit, within(1e-7));
      assertThat((double) value(Normalization.HALF, pixel))
          .isEqualTo((unit - 0.5) / 0.5, within(2e-7));
    }
  }

  @Test
  void words_are_understood_and_others_are_answered_with_the_choices() {
    for (Normalization normalization : Normalization.values()) {
      assertThat(Normalization.parse(normalization.label())).isEqualTo(normalization);
    }
    assertThat(Normalization.parse("half")).isEqualTo(Normalization.HALF);
    assertThatThrownBy(() -> Normalization.parse("zscore"))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("unit or half"))
        .hasMessageContaining("zscore");
  }

  private static float value(Normalization normalization, int pixel) {
    return pixel * normalization.scale() + normalization.shift();
  }
}
