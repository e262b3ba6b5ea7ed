package org.prunecl.bench.bytedeco;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What {@code torch.optim.Adam(fused=True)} does, which the C++ interface lacks: the same operator,
 * called from a few lines of TorchScript.
 */
final class FusedAdam implements AutoCloseable {
  private final CompilationUnit unit;
  private final Function step;

  /**
   * @param tensors how many tensors take part
   */
  FusedAdam(int tensors) {
    String parameters =
        List.of("w", "g", "m", "v", "t").stream()
            .map(letter -> names(letter, tensors, ": Tensor"))
            .collect(Collectors.joining(", "));
    String script =
        "def step("
            + parameters
            + ") -> None:\n"
            + "    torch._foreach_add_(["
            + names("t", tensors, "")
            + "], 1)\n"
            + "    torch._fused_adam_(["
            + List.of("w", "g", "m", "v").stream()
                .map(letter -> names(letter, tensors, ""))
                .collect(Collectors.joining("], ["))
            + "], [], ["
            + names("t", tensors, "")
            + "], lr=1e-3, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-8,"
            + " amsgrad=False, maximize=False)\n";
    this.unit = torch.compile(script);
    this.step = unit.find_function(new QualifiedName("__torch__.step"));
    if (step == null || step.isNull()) {
      throw new IllegalStateException("the script has no function");
    }
  }

  private static String names(String letter, int count, String suffix) {
    return IntStream.range(0, count)
        .mapToObj(i -> letter + i + suffix)
        .collect(Collectors.joining(", "));
  }

  /** One step on all tensors; the last list holds how many came before, one scalar each. */
  void step(
      List<Tensor> weights,
      List<Tensor> gradients,
      List<Tensor> first,
      List<Tensor> second,
      List<Tensor> steps) {
    IValueVector arguments = new IValueVector();
    for (List<Tensor> list : List.of(weights, gradients, first, second, steps)) {
      for (Tensor tensor : list) {
        arguments.push_back(new IValue(tensor));
      }
    }
    // The operator itself leaves no trace for the next backward pass.
    try (var off = new org.bytedeco.pytorch.NoGradGuard()) {
      step.run(arguments);
    }
  }

  @Override
  public void close() {
    unit.close();
  }
}
