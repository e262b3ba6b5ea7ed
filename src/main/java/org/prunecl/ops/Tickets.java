package org.prunecl.ops;

import java.util.Arrays;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.Range;

/**
 * Deals out the pieces of a launch's work to its work-groups, a few for each compute unit, as they
 * come to it: none waits for another that was held up, and one that takes several pieces keeps what
 * it has copied. Owns the counter that they are taken from. Kernels end in these parameters:
 *
 * <pre>volatile __global uint* next, const uint begin, const uint tickets</pre>
 *
 * <p>A launch that fails on the device after it was enqueued leaves the counter behind: its context
 * is lost, as OpenCL has it.
 *
 * <p>On devices that cut off long loops there is a group for each piece. See {@code tickets.cl}.
 */
final class Tickets implements AutoCloseable {
  /** So many that each unit gets one, even where drivers deal out two at a time. */
  private static final int GROUPS_PER_UNIT = 2;

  private final Backend backend;
  private final DeviceBuffer next;

  /** Where the counter will stand before the next launch; like the counter it may run over. */
  private int begin;

  Tickets(Backend backend) {
    this(backend, 0);
  }

  /** Begins to count anywhere. */
  Tickets(Backend backend, int begin) {
    this.backend = backend;
    this.begin = begin;
    this.next = backend.context().allocateOwn(Integer.BYTES);
    next.write(new int[] {begin});
  }

  /** Work-groups of a launch of so many pieces; each may hold something for all that it takes. */
  static int groups(Backend backend, int pieces) {
    return backend.longLoops() ? GROUPS_PER_UNIT * backend.device().computeUnits() : pieces;
  }

  /** Enqueues a kernel that does so many pieces of work; does not wait. */
  void launch(Kernel kernel, int pieces, Object... arguments) {
    int groups = groups(backend, pieces);
    Object[] all = Arrays.copyOf(arguments, arguments.length + 3, Object[].class);
    all[arguments.length] = next;
    all[arguments.length + 1] = begin;
    all[arguments.length + 2] = pieces;
    kernel.launch(Range.of(groups, 1), all);
    if (groups != pieces) {
      // Each group takes one that isn't there.
      begin += pieces + groups;
    }
  }

  @Override
  public void close() {
    next.close();
  }
}
