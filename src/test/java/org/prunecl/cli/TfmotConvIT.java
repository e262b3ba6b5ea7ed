package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.io.LayerWeights;
import org.prunecl.io.ModelFile;

/** The published conv net, trained and then pruned while it is fine-tuned, on a few real images. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TfmotConvIT {
  @TempDir private static Path folder;
  private Path run;
  private Program.Outcome training;
  private JsonNode results;

  @BeforeAll
  void train() throws IOException {
    training =
        Program.in(folder)
            .run("train", "--recipe", "tfmot-conv", "--data", Program.fashion(), "--out", "run")
            .succeeds();
    run = folder.resolve("run");
    results = Program.json(run.resolve("results.json"));
  }

  @Test
  void exactly_as_many_weights_are_kept_as_published() throws IOException {
    JsonNode layers = results.get("pruned").get("layers");
    assertThat(layers).hasSize(2);
    assertThat(layers.get(0).toString())
        .isEqualTo(
            "{\"name\":\"conv1.weight\",\"shape\":[12,1,3,3],\"parameters\":108,\"nonzero\":22}");
    assertThat(layers.get(1).toString())
        .isEqualTo(
            "{\"name\":\"fc1.weight\",\"shape\":[10,2028],\"parameters\":20280,\"nonzero\":4056}");
    JsonNode before = results.get("baseline").get("layers");
    assertThat(before.get(0).get("nonzero").intValue()).isEqualTo(108);
    assertThat(before.get(1).get("nonzero").intValue()).isEqualTo(20_280);
    List<LayerWeights> saved = ModelFile.read(run.resolve("pruned.safetensors")).layers();
    assertThat(nonzero(saved.get(0).weight())).isEqualTo(22);
    assertThat(nonzero(saved.get(1).weight())).isEqualTo(4056);
  }

  private static long nonzero(float[] values) {
    long nonzero = 0;
    for (float value : values) {
      nonzero += value == 0 ? 0 : 1;
    }
    return nonzero;
  }

  @Test
  void sizes_are_those_of_the_files() throws IOException {
    for (String[] side : new String[][] {{"baseline", "model"}, {"pruned", "pruned"}}) {
      byte[] file = Files.readAllBytes(run.resolve(side[1] + ".safetensors"));
      ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(gzipped)) {
        out.write(file);
      }
      assertThat(results.get(side[0]).get("bytes").longValue()).isEqualTo(file.length);
      assertThat(results.get(side[0]).get("gzip_bytes").longValue())
          .isCloseTo(gzipped.size(), within(gzipped.size() / 100L));
    }
    assertThat(results.at("/pruned/gzip_bytes").doubleValue())
        .isLessThan(0.4 * results.at("/baseline/gzip_bytes").doubleValue());
  }

  @Test
  void masks_are_logged_at_the_first_step_and_at_the_last() throws IOException {
    // 270 of 300 images are learnt from: three steps of 128 an epoch.
    List<String> lines = Files.readAllLines(run.resolve("masks.csv"));
    assertThat(lines.get(0)).isEqualTo("step,layer,sparsity,threshold,kept");
    assertThat(lines.subList(1, 5))
        .extracting(line -> line.replaceAll(",[^,]*,([^,]*)$", ",$1"))
        .containsExactly("0,conv1,0.5,54", "0,fc1,0.5,10140", "6,conv1,0.8,22", "6,fc1,0.8,4056");
    assertThat(lines).hasSize(5);
    assertThat(run.resolve("events/masks")).isNotEmptyDirectory();
  }

  @Test
  void both_histories_have_the_images_that_were_held_out() throws IOException {
    String columns =
        "epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,val_loss,val_accuracy";
    List<String> own = Files.readAllLines(run.resolve("history.csv"));
    List<String> tuned = Files.readAllLines(run.resolve("pruned-history.csv"));
    assertThat(own).hasSize(1 + 4).first().isEqualTo(columns);
    assertThat(tuned).hasSize(1 + 2).first().isEqualTo(columns);
    for (String name : List.of("train", "test", "validation")) {
      assertThat(run.resolve("events/" + name)).isNotEmptyDirectory();
      assertThat(run.resolve("events/pruned-" + name)).isNotEmptyDirectory();
    }
    double accuracy = Double.parseDouble(tuned.get(2).split(",", -1)[4]);
    assertThat(results.at("/pruned/accuracy").doubleValue()).isEqualTo(accuracy);
    assertThat(training.err()).contains("val_loss: ").contains("Epoch 2/2 - ");
  }

  @Test
  void the_report_has_accuracies_layers_and_sizes_of_both() {
    assertThat(training.out())
        .contains("Unpruned: accuracy ", "Pruned: accuracy ")
        .containsPattern("conv1 +Conv2d +12 x 26 x 26 +120 +34\n")
        .containsPattern("pool_conv1 +MaxPool2d +12 x 13 x 13 +0 +0\n")
        .containsPattern("flatten_fc1 +Flatten +2028 +0 +0\n")
        .containsPattern("fc1 +Dense +10 +20,290 +4,066\n")
        .containsPattern("pruned +[0-9,]+ +[0-9,]+\n");
    assertThat(results.at("/pruned/summary/1/type").textValue()).isEqualTo("Conv2d");
  }

  @Test
  void a_pruned_model_can_be_evaluated_like_any_other() throws IOException {
    JsonNode evaluation =
        Program.in(folder)
            .run("eval", "--model", "run/pruned.safetensors", "--data", Program.fashion(), "--json")
            .succeeds()
            .json();
    assertThat(evaluation.get("accuracy").doubleValue())
        .isEqualTo(results.at("/pruned/accuracy").doubleValue());
  }

  @Test
  void a_training_run_that_prunes_does_so_by_one_method_to_one_sparsity() {
    Program.in(folder)
        .run(
            "train",
            "--recipe",
            "tfmot-conv",
            "--data",
            Program.fashion(),
            "--out",
            "no",
            "--sparsities",
            "0.5,0.8")
        .fails(ExitCode.INPUT, "one method", "one sparsity");
    assertThat(folder.resolve("no")).doesNotExist();
  }
}
