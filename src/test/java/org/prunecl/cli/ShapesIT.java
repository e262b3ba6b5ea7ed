package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks and batches of sizes that divide nothing train and sweep all the same. */
final class ShapesIT {
  @TempDir private Path folder;

  @ParameterizedTest(name = "{0} units {1}, batches of {2}")
  @CsvSource({"'17', --no-bias, 1", "'9,5,3', --bias, 128"})
  void ten_classes_train_and_sweep(String hidden, String bias, int batch) {
    check(sweep(Program.fashion(), "--hidden", hidden, bias, "--batch-size", "" + batch), 10);
  }

  @Test
  void three_classes_of_small_images_train_and_sweep_and_are_learnt() throws IOException {
    Path data = new TinyDataset(3, 3, 5).write(folder.resolve("three"), 100, 31);
    JsonNode results =
        sweep(
            data.toString(),
            "--hidden",
            "17",
            "--batch-size",
            "7",
            "--epochs",
            "10",
            "--learning-rate",
            "0.02");
    check(results, 3);
    // One pixel tells the class.
    assertThat(results.get("baseline").get("accuracy").doubleValue()).isEqualTo(1);
  }

  @Test
  void fewer_training_images_than_a_batch_train_and_sweep() throws IOException {
    Path data = new TinyDataset(4, 2, 3).write(folder.resolve("few"), 11, 1);
    check(sweep(data.toString(), "--hidden", "5", "--bias", "--batch-size", "128"), 4);
  }

  private JsonNode sweep(String data, String... more) {
    String[] arguments = new String[more.length + 8];
    System.arraycopy(
        new String[] {"sweep", "--json", "--data", data, "--sparsities", "0.6,1", "--out", "out"},
        0,
        arguments,
        0,
        8);
    System.arraycopy(more, 0, arguments, 8, more.length);
    return Program.in(folder).run(arguments).succeeds().json();
  }

  private static void check(JsonNode results, int classes) {
    assertThat(results.get("trials")).hasSize(4);
    assertThat(results.get("crossover")).hasSize(4);
    for (JsonNode trial : results.get("trials")) {
      JsonNode accuracies = trial.get("accuracies");
      double dense = accuracies.get("dense").doubleValue();
      assertThat(accuracies.get("csr").doubleValue()).isCloseTo(dense, within(0.0201));
      assertThat(accuracies.get("compact").doubleValue()).isCloseTo(dense, within(0.0201));
      if (trial.get("sparsity").doubleValue() == 1) {
        assertThat(trial.get("achieved_sparsity").doubleValue()).isEqualTo(1);
      }
    }
    JsonNode emptied = results.get("trials").get(1);
    if (!results.get("recipe").get("bias").booleanValue()) {
      // Nothing is left but the output layer's answer to zeros: every class alike.
      assertThat(emptied.get("loss").doubleValue()).isCloseTo(Math.log(classes), within(1e-5));
    }
  }
}
