package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** How many and which scores are pruned, against Python and NumPy. */
@OpenClTest
final class SelectionTest {
  /** Scores, and the indices of those strictly below NumPy's percentile. */
  record Golden(String name, double sparsity, List<Float> scores, List<Integer> pruned) {
    float[] array() {
      float[] array = new float[scores.size()];
      IntStream.range(0, array.length).forEach(i -> array[i] = scores.get(i));
      return array;
    }
  }

  static List<Golden> percentiles() throws IOException {
    try (InputStream in = SelectionTest.class.getResourceAsStream("/prune/percentiles.json")) {
      JsonNode root = new ObjectMapper().readTree(in.readAllBytes());
      List<Golden> all = new ArrayList<>();
      for (JsonNode one : root.get("cases")) {
        String name = one.get("name").asText();
        List<Float> scores = new ArrayList<>();
        root.get("scores").get(name).forEach(score -> scores.add((float) score.asDouble()));
        List<Integer> pruned = new ArrayList<>();
        one.get("pruned").forEach(index -> pruned.add(index.asInt()));
        all.add(new Golden(name, one.get("sparsity").asDouble(), scores, pruned));
      }
      return all;
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/prune/counts.csv", encoding = "UTF-8")
  void a_count_is_pythons_integer_part_of_n_times_s(long n, double sparsity, long expected) {
    assertThat(Selection.COUNT.count(n, sparsity)).isEqualTo(expected);
  }

  @Test
  void the_golden_counts_are_all_there() throws IOException {
    try (InputStream in = SelectionTest.class.getResourceAsStream("/prune/counts.csv")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()).hasSize(18 * 15);
    }
    assertThat(percentiles()).hasSize(8 * 15);
  }

  @ParameterizedTest
  @MethodSource("percentiles")
  void units_strictly_below_numpys_percentile_are_pruned(Golden golden) {
    boolean[] keep = Selection.PERCENTILE.kept(golden.array(), golden.sparsity);
    assertThat(IntStream.range(0, keep.length).filter(i -> !keep[i]).boxed())
        .containsExactlyElementsOf(golden.pruned);
  }

  @Test
  void weights_strictly_below_numpys_percentile_are_pruned() throws IOException {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      Magnitude magnitude = new Magnitude(backend);
      for (Golden golden : percentiles()) {
        float[] scores = golden.array();
        try (Matrix w = backend.matrix(1, scores.length, alternatingSigns(scores))) {
          Selection.Threshold threshold =
              Selection.percentile(
                  scores.length, golden.sparsity, rank -> magnitude.atRank(w, rank));
          try (Mask mask = magnitude.below(w, threshold.score(), threshold.inclusive())) {
            byte[] keep = mask.read();
            assertThat(IntStream.range(0, keep.length).filter(i -> keep[i] == 0).boxed())
                .as("%s, %s", family, golden)
                .containsExactlyElementsOf(golden.pruned);
          }
        }
      }
    }
  }

  private static float[] alternatingSigns(float[] magnitudes) {
    float[] signed = magnitudes.clone();
    for (int i = 0; i < signed.length; i += 2) {
      signed[i] = -signed[i];
    }
    return signed;
  }

  @Test
  void equal_units_are_pruned_in_the_order_of_their_index() {
    float[] scores = {2, 1, 2, 1, 1, 0.5f};
    assertThat(pruned(scores, 0)).isEmpty();
    assertThat(pruned(scores, 1 / 6.0)).containsExactly(5);
    assertThat(pruned(scores, 0.5)).containsExactly(1, 3, 5);
    assertThat(pruned(scores, 0.7)).containsExactly(1, 3, 4, 5);
    assertThat(pruned(scores, 0.84)).containsExactly(0, 1, 3, 4, 5);
    assertThat(pruned(scores, 1)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  private static List<Integer> pruned(float[] scores, double sparsity) {
    boolean[] keep = Selection.COUNT.kept(scores.clone(), sparsity);
    assertThat(keep).hasSameSizeAs(scores);
    return IntStream.range(0, keep.length).filter(i -> !keep[i]).boxed().toList();
  }

  @Test
  void the_scores_themselves_stay_in_their_order() {
    float[] scores = {3, 1, 2};
    assertThat(Selection.COUNT.kept(scores, 0.4)).containsExactly(true, false, true);
    assertThat(Arrays.equals(scores, new float[] {3, 1, 2})).isTrue();
  }
}
