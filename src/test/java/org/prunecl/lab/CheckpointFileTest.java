package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.io.Safetensors;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.OptimizerState;

/** Checkpoints as files. */
final class CheckpointFileTest {
  private static final List<LayerParameters> LIKE =
      List.of(
          new LayerParameters("fc1", 2, 3, new float[6], new float[2]),
          new LayerParameters("fc2", 1, 2, new float[2], null));

  @TempDir private Path folder;

  private static Checkpoint checkpoint(boolean over) {
    OptimizerState state =
        new OptimizerState(
            7,
            List.of(
                new OptimizerState.Layer(
                    new OptimizerState.Tensor(
                        new float[] {1, 2, 3, 4, 5, Float.MIN_VALUE},
                        new float[] {6, 5, 4, 3, 2, 1}),
                    new OptimizerState.Tensor(new float[] {.1f, .2f}, new float[] {.3f, -0f})),
                new OptimizerState.Layer(
                    new OptimizerState.Tensor(new float[] {8, 9}, new float[] {10, 11}), null)));
    return new Checkpoint(
        List.of(
            LIKE.get(0).with(new float[] {.1f, -.2f, 1e-40f, 4, 5, 6}, new float[] {7, 8}),
            LIKE.get(1).with(new float[] {1 / 3f, 2}, null)),
        over ? null : state,
        List.of(
            new EpochRecord(1, 1 / 3.0, 0.5, 0.1, 0.9, 2.5, Instant.ofEpochSecond(9, 123_456_789))),
        List.of(0.001, 1 / 7.0));
  }

  private Path write(Safetensors content) throws IOException {
    Path file = folder.resolve("checkpoint");
    try (OutputStream out = Files.newOutputStream(file)) {
      content.write(out);
    }
    return file;
  }

  @Test
  void a_checkpoint_is_read_as_it_was_written_to_the_last_bit() throws IOException {
    for (boolean over : new boolean[] {false, true}) {
      Checkpoint written = checkpoint(over);
      assertThat(CheckpointFile.read(write(CheckpointFile.content(written)), LIKE))
          .usingRecursiveComparison()
          .isEqualTo(written);
    }
  }

  @Test
  void a_checkpoint_of_another_network_or_of_none_is_refused() throws IOException {
    Path file = write(CheckpointFile.content(checkpoint(false)));
    refused(file, LIKE.get(0).with(new float[6], null));
    refused(file, new LayerParameters("fc1", 2, 4, new float[8], new float[2]));
    refused(file, new LayerParameters("conv1", 2, 3, new float[6], new float[2]));
    refused(write(new Safetensors(List.of(), Map.of())), LIKE.get(0));
  }

  private static void refused(Path file, LayerParameters like) {
    assertThatThrownBy(() -> CheckpointFile.read(file, List.of(like)))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("no checkpoint of this network");
  }
}
