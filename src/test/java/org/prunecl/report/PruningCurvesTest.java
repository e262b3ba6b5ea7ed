package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.MaskUpdate;
import org.prunecl.testing.Events;
import org.prunecl.testing.Events.Point;

final class PruningCurvesTest {
  @Test
  void each_layer_has_a_curve_of_sparsity_and_one_of_threshold_over_training_steps()
      throws IOException {
    List<MaskUpdate> updates =
        List.of(
            new MaskUpdate(
                0,
                0.5,
                List.of(
                    new MaskUpdate.Layer("conv1", 108, 54, 0.125),
                    new MaskUpdate.Layer("fc1", 20280, 10140, 0.03125)),
                Instant.ofEpochSecond(1000)),
            new MaskUpdate(
                100,
                0.75,
                List.of(
                    new MaskUpdate.Layer("conv1", 108, 27, 0.25),
                    new MaskUpdate.Layer("fc1", 20280, 5070, 0.0625)),
                Instant.ofEpochSecond(1010)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PruningCurves.write(updates, out);
    assertThat(Events.started(out.toByteArray())).isEqualTo(1000);
    assertThat(Events.points(out.toByteArray()))
        .containsExactly(
            new Point("sparsity/conv1", 0, 1000, 0.5f),
            new Point("threshold/conv1", 0, 1000, 0.125f),
            new Point("sparsity/fc1", 0, 1000, 0.5f),
            new Point("threshold/fc1", 0, 1000, 0.03125f),
            new Point("sparsity/conv1", 100, 1010, 0.75f),
            new Point("threshold/conv1", 100, 1010, 0.25f),
            new Point("sparsity/fc1", 100, 1010, 0.75f),
            new Point("threshold/fc1", 100, 1010, 0.0625f));
  }
}
