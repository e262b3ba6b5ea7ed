package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class AlternatingTest {
  private final List<String> log = new ArrayList<>();

  private List<Runnable> sides(String... names) {
    List<Runnable> sides = new ArrayList<>();
    for (String name : names) {
      sides.add(() -> log.add(name));
    }
    return sides;
  }

  @Test
  void every_side_has_one_turn_of_all_its_calls_in_every_round() {
    List<Alternating.Times> times = Alternating.time(sides("a", "b", "c"), 2, () -> log.add("|"));

    int rounds = times.get(0).rounds();
    // Thirty, but where the machine was busy with something else for a second.
    assertThat(rounds).isBetween(10, 30);
    assertThat(times).hasSize(3).allSatisfy(one -> assertThat(one.rounds()).isEqualTo(rounds));
    List<String> turns = List.of(String.join("", log).split("\\|", -1));
    assertThat(turns).hasSize(3 * rounds + 1).endsWith("");
    Set<String> orders = new HashSet<>();
    for (int round = 0; round < rounds; round++) {
      List<String> turn = turns.subList(3 * round, 3 * round + 3);
      assertThat(turn).containsExactlyInAnyOrder("aa", "bb", "cc");
      orders.add(String.join("", turn));
    }
    assertThat(orders).as("no side always follows the same other one").hasSizeGreaterThan(3);
  }

  @Test
  void a_side_is_prepared_before_each_turn() {
    List<Runnable> sides = sides("a", "b");
    Alternating.time(
        sides, 1, () -> {}, 4, side -> log.add("before " + "ab".charAt(sides.indexOf(side))));
    assertThat(log).hasSize(2 * 2 * 4);
    for (int i = 0; i < log.size(); i += 2) {
      assertThat(log.get(i)).isEqualTo("before " + log.get(i + 1));
    }
  }

  @Test
  void the_times_of_the_rounds_are_those_of_the_quartiles() {
    Alternating.Times times = Alternating.time(sides("a"), 1, () -> {}, 7).get(0);
    assertThat(times.perRound()).hasSize(7).allMatch(time -> time >= 0);
    assertThat(times.milliseconds())
        .isEqualTo(
            Quartiles.of(times.perRound().stream().mapToDouble(Double::doubleValue).toArray()));
    assertThat(log.stream().collect(Collectors.joining())).isEqualTo("aaaaaaa");
  }
}
