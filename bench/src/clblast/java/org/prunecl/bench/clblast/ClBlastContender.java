package org.prunecl.bench.clblast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.blast.CLBlast;
import org.jocl.blast.CLBlastLayout;
import org.jocl.blast.CLBlastStatusCode;
import org.jocl.blast.CLBlastTranspose;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Product;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/**
 * Products by CLBlast on the OpenCL device that PruneCL uses, activations features × batch, with
 * the parameters that CLBlast ships for a device it doesn't know.
 */
public final class ClBlastContender implements Contender {
  private final cl_device_id device;
  private final cl_context context;
  private final cl_command_queue queue;

  @SuppressWarnings("deprecation") // the newer call is missing from OpenCL 1.2 drivers
  private ClBlastContender(String indices, String name) {
    CL.setExceptionsEnabled(true);
    CLBlast.setExceptionsEnabled(true);
    String[] parts = indices.split(":", -1);
    cl_platform_id[] platforms = new cl_platform_id[Integer.parseInt(parts[0]) + 1];
    CL.clGetPlatformIDs(platforms.length, platforms, null);
    cl_platform_id platform = platforms[platforms.length - 1];
    this.device = device(platform, Integer.parseInt(parts[1]), name);
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, platform);
    this.context = CL.clCreateContext(properties, 1, new cl_device_id[] {device}, null, null, null);
    this.queue = CL.clCreateCommandQueue(context, device, 0, null);
  }

  /**
   * The device of this name, of several the one with the index: PruneCL counts devices that only
   * help another last, whatever the driver does.
   */
  private static cl_device_id device(cl_platform_id platform, int index, String name) {
    // The mask of all bits is refused by some drivers.
    long types = CL.CL_DEVICE_TYPE_CPU | CL.CL_DEVICE_TYPE_GPU | CL.CL_DEVICE_TYPE_ACCELERATOR;
    int[] count = new int[1];
    CL.clGetDeviceIDs(platform, types, 0, null, count);
    cl_device_id[] devices = new cl_device_id[count[0]];
    CL.clGetDeviceIDs(platform, types, devices.length, devices, null);
    if (index < devices.length && name(devices[index]).equals(name)) {
      return devices[index];
    }
    return Arrays.stream(devices)
        .filter(one -> name(one).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no device is called " + name));
  }

  private static String name(cl_device_id device) {
    long[] size = new long[1];
    CL.clGetDeviceInfo(device, CL.CL_DEVICE_NAME, 0, null, size);
    byte[] bytes = new byte[(int) size[0]];
    CL.clGetDeviceInfo(device, CL.CL_DEVICE_NAME, bytes.length, Pointer.to(bytes), null);
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    Server.serve(
        () ->
            new ClBlastContender(
                System.getenv("PRUNECL_DEVICE"), System.getenv("PRUNECL_DEVICE_NAME")));
  }

  @Override
  public Map<String, String> facts() {
    int[] units = new int[1];
    CL.clGetDeviceInfo(
        device, CL.CL_DEVICE_MAX_COMPUTE_UNITS, Sizeof.cl_uint, Pointer.to(units), null);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(units[0]));
    facts.put("version", "jocl-blast 1.5.2");
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    if (!order.suite().equals("gemm")) {
      throw new UnsupportedOperationException(order.suite());
    }
    int outputs = order.number(1);
    int inputs = order.number(2);
    int batch = order.number(3);
    float[] a = order.floats("a.f32");
    float[] b = order.floats("b.f32");
    return switch (Product.of(order.words().get(0))) {
      case FORWARD -> new Sgemm(false, false, outputs, batch, inputs, a, b);
      case INPUT_GRADIENT -> new Sgemm(true, false, inputs, batch, outputs, a, b);
      case WEIGHT_GRADIENT -> new Sgemm(false, true, outputs, inputs, batch, a, b);
    };
  }

  @Override
  public void close() {
    CL.clReleaseCommandQueue(queue);
    CL.clReleaseContext(context);
  }

  private final class Sgemm implements Work {
    private final boolean transposeA;
    private final boolean transposeB;
    private final int m;
    private final int n;
    private final int k;
    private final cl_mem a;
    private final cl_mem b;
    private final cl_mem c;

    Sgemm(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, float[] b) {
      this.transposeA = transposeA;
      this.transposeB = transposeB;
      this.m = m;
      this.n = n;
      this.k = k;
      this.a = upload(a);
      this.b = upload(b);
      this.c = upload(new float[m * n]);
    }

    private cl_mem upload(float[] values) {
      return CL.clCreateBuffer(
          context,
          CL.CL_MEM_READ_WRITE | CL.CL_MEM_COPY_HOST_PTR,
          (long) values.length * Sizeof.cl_float,
          Pointer.to(values),
          null);
    }

    @Override
    public float[] output() {
      call();
      float[] values = new float[m * n];
      CL.clEnqueueReadBuffer(
          queue,
          c,
          true,
          0,
          (long) values.length * Sizeof.cl_float,
          Pointer.to(values),
          0,
          null,
          null);
      return values;
    }

    @Override
    public void call() {
      int status =
          CLBlast.CLBlastSgemm(
              CLBlastLayout.CLBlastLayoutRowMajor,
              transpose(transposeA),
              transpose(transposeB),
              m,
              n,
              k,
              1f,
              a,
              0,
              transposeA ? m : k,
              b,
              0,
              transposeB ? k : n,
              0f,
              c,
              0,
              n,
              queue,
              null);
      if (status != CLBlastStatusCode.CLBlastSuccess) {
        throw new IllegalStateException("CLBlast: " + CLBlastStatusCode.stringFor(status));
      }
    }

    private static int transpose(boolean yes) {
      return yes ? CLBlastTranspose.CLBlastTransposeYes : CLBlastTranspose.CLBlastTransposeNo;
    }

    @Override
    public void await() {
      CL.clFinish(queue);
    }

    @Override
    public void close() {
      CL.clFinish(queue);
      CL.clReleaseMemObject(a);
      CL.clReleaseMemObject(b);
      CL.clReleaseMemObject(c);
    }
  }
}
