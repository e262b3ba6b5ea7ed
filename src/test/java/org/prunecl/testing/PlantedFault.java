package org.prunecl.testing;

import org.prunecl.opencl.Context;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** Runs a kernel of {@code planted_faults.cl} and prints what the check after each test finds. */
final class PlantedFault {
  private PlantedFault() {}

  public static void main(String[] kernels) throws Exception {
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer result = context.allocate(4 * Integer.BYTES)) {
      for (String kernel : kernels) {
        context.kernel(KernelSource.of("planted_faults.cl"), kernel).launch(Range.of(4, 4), result);
        context.finish();
        System.out.println("[" + kernel + "] " + OpenClExtension.newReports());
      }
    }
  }
}
