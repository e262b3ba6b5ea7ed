package org.prunecl.bench;

import java.util.List;
import java.util.Locale;

/** The libraries a user would pick instead. A peer's time is that of its fastest implementation. */
enum Peer {
  /** Row-major, in the layout of PyTorch and in ours. */
  OPENBLAS("OpenBLAS", openBlas("batch-major"), openBlas("features-major")),
  /** With the parameters it ships for unknown devices; never a headline. */
  CLBLAST(
      "CLBlast (untuned)",
      new Implementation(
          "CLBlast", "clblast", "org.prunecl.bench.clblast.ClBlastContender", List.of())),
  /** Three builds. */
  PYTORCH(
      "PyTorch",
      new Implementation("PyTorch by DJL", "djl", "org.prunecl.bench.djl.DjlContender", List.of()),
      new Implementation(
          "PyTorch by Bytedeco",
          "bytedeco",
          "org.prunecl.bench.bytedeco.BytedecoContender",
          List.of()),
      new Implementation(
          "PyTorch by Debian", "main", "src/python/pytorch_contender.py", List.of())),
  /** With all graph optimisations. */
  ONNX_RUNTIME(
      "ONNX Runtime",
      new Implementation(
          "ONNX Runtime",
          "onnxruntime",
          "org.prunecl.bench.onnxruntime.OnnxRuntimeContender",
          List.of())),
  /** Our dense products of the same weights, zeros included. */
  OWN_DENSE(
      "own dense",
      new Implementation(
          "PruneCL dense", "main", "org.prunecl.bench.worker.PruneClContender", List.of("dense"))),
  /** The build with MKL's sparse kernels, in the layout of PyTorch and in ours. */
  PYTORCH_CSR("PyTorch CSR", pyTorchCsr("batch-major"), pyTorchCsr("features-major")),
  /** In both layouts. */
  MKL_SPARSE("MKL sparse", mkl("batch-major"), mkl("features-major")),
  /** Java alone, on all threads and on one. */
  EJML("EJML", ejml("concurrent"), ejml("serial"));

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // a list that can't be changed, of records of such
  private final List<Implementation> implementations;

  Peer(String label, Implementation... implementations) {
    this.label = label;
    this.implementations = List.of(implementations);
  }

  private static Implementation openBlas(String layout) {
    return new Implementation(
        "OpenBLAS " + layout,
        "openblas",
        "org.prunecl.bench.openblas.OpenBlasContender",
        List.of(layout));
  }

  private static Implementation pyTorchCsr(String layout) {
    return new Implementation(
        "PyTorch CSR " + layout,
        "djl",
        "org.prunecl.bench.djl.DjlSparseContender",
        List.of(layout));
  }

  private static Implementation mkl(String layout) {
    return new Implementation(
        "MKL " + layout, "mkl", "org.prunecl.bench.mkl.MklContender", List.of(layout));
  }

  private static Implementation ejml(String product) {
    return new Implementation(
        "EJML " + product, "ejml", "org.prunecl.bench.ejml.EjmlContender", List.of(product));
  }

  /** As it stands in rows. */
  String label() {
    return label;
  }

  /** As it stands in options. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace("_", "");
  }

  List<Implementation> implementations() {
    return implementations;
  }
}
