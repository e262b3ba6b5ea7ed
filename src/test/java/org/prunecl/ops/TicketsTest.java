package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class TicketsTest {
  private static final int MOST = 2000;

  private static void launch(Backend backend, Tickets tickets, DeviceBuffer taken, int pieces) {
    Kernel kernel = backend.context().kernel(KernelSource.of("take_tickets.cl"), "take_tickets");
    tickets.launch(kernel, pieces, taken);
  }

  private static void check(DeviceBuffer taken, int[] expected) {
    assertThat(taken.readInts(MOST)).isEqualTo(expected);
  }

  @Test
  void each_piece_is_taken_once_a_launch_also_where_the_counter_runs_over() {
    Backend backend = TestDevice.backend(Family.CPU);
    int groups = 2 * backend.device().computeUnits();
    for (int begin : new int[] {0, -5, -MOST, Integer.MAX_VALUE - 20}) {
      try (Tickets tickets = new Tickets(backend, begin);
          DeviceBuffer taken = backend.upload(new int[MOST])) {
        int[] expected = new int[MOST];
        for (int pieces : new int[] {1, groups - 1, groups, groups + 1, MOST, 7}) {
          launch(backend, tickets, taken, pieces);
          for (int piece = 0; piece < pieces; piece++) {
            expected[piece]++;
          }
        }
        check(taken, expected);
      }
    }
  }

  @Test
  void two_backends_in_turns_and_one_that_released_its_counter_take_every_piece() {
    Backend shared = TestDevice.backend(Family.CPU);
    int[] expected = new int[MOST];
    try (Backend other = Backend.open(TestDevice.get(), Family.CPU);
        DeviceBuffer here = shared.upload(new int[MOST]);
        DeviceBuffer there = other.upload(new int[MOST])) {
      for (int turn = 1; turn <= 3; turn++) {
        launch(shared, shared.tickets(), here, MOST);
        launch(other, other.tickets(), there, MOST);
        shared.releaseScratch();
        Arrays.fill(expected, turn);
        check(here, expected);
        check(there, expected);
      }
    }
  }
}
