package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class ColdWeightsTest {
  private static final int CALLS = 20;

  /** Closed copies, and how often each one was called. */
  private final List<Integer> closed = new ArrayList<>();

  private final Map<Integer, Integer> used = new TreeMap<>();

  private Runnable copy(Scope scope) {
    int number = used.size();
    used.put(number, 0);
    scope.own(() -> closed.add(number));
    return () -> used.merge(number, 1, Integer::sum);
  }

  private final long cache = Math.max(64L << 20, TestDevice.get().globalMemoryCache());

  private void measure(long bytes) {
    try (DeviceSession session = Fixture.session()) {
      List<Double> times =
          new ColdWeights(session.backend())
              .milliseconds(List.of(new ColdWeights.Side(bytes, this::copy)), CALLS);
      assertThat(times).hasSize(1);
    }
    assertThat(closed).containsExactlyInAnyOrderElementsOf(used.keySet());
  }

  @Test
  void each_call_of_a_round_has_a_copy_of_its_own() {
    measure(64);
    assertThat(used).hasSize(CALLS);
    // Ten rounds, and one call to warm the kernel up.
    assertThat(used.values()).startsWith(11).containsOnly(10, 11);
  }

  @Test
  void large_weights_have_fewer_copies_but_more_than_the_caches_hold() {
    measure(cache / 2);
    assertThat(used.size()).isLessThan(CALLS);
    assertThat(used.size() * (cache / 2)).isGreaterThan(2 * cache);
    assertThat(used.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(10 * CALLS + 1);
  }
}
