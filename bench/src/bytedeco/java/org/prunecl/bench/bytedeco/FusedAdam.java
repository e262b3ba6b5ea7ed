package org.prunecl.bench.bytedeco;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What {@code torch.optim.Adam(fused=True)} does, which the C++ interface lacks: the same operator,
 * called from a few lines of TorchScript. Lists are parameters, since changes to the elements of a
 * list that the script itself makes would be optimised away.
 */
final class FusedAdam implements AutoCloseable {
  private final CompilationUnit unit;
  private final IValue weights;
  private final IValue first;
  private final IValue second;
  private final IValue steps;

  /**
   * @param weights the tensors that are updated
   * @param first first moments, zeros
   * @param second second moments, zeros
   * @param steps how many steps came before: one scalar for each tensor
   */
  FusedAdam(List<Tensor> weights, List<Tensor> first, List<Tensor> second, List<Tensor> steps) {
    this.unit = torch.compile(script(weights.size()));
    this.weights = list(weights);
    this.first = list(first);
    this.second = list(second);
    this.steps = list(steps);
  }

  private static String script(int tensors) {
    List<String> names = IntStream.range(0, tensors).mapToObj(i -> "x" + i).toList();
    return "def pack("
        + names.stream().map(name -> name + ": Tensor").collect(Collectors.joining(", "))
        + ") -> List[Tensor]:\n    return ["
        + String.join(", ", names)
        + "]\n"
        + "def step(w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor],"
        + " t: List[Tensor]) -> None:\n"
        + "    torch._foreach_add_(t, 1)\n"
        + "    torch._fused_adam_(w, g, m, v, [], t, lr=1e-3, beta1=0.9, beta2=0.999,"
        + " weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False)\n";
  }

  /** One step on all tensors. */
  @SuppressWarnings("try") // the guard acts by being open
  void step(List<Tensor> gradients) {
    try (NoGradGuard off = new NoGradGuard()) {
      run("step", new IValueVector(weights, list(gradients), first, second, steps));
    }
  }

  private IValue list(List<Tensor> tensors) {
    IValueVector stack = new IValueVector(tensors.stream().map(IValue::new).toArray(IValue[]::new));
    run("pack", stack);
    return new IValue(stack.get(0));
  }

  private void run(String function, IValueVector stack) {
    unit.find_function(new QualifiedName(function)).run(stack);
  }

  @Override
  public void close() {
    unit.close();
  }
}
