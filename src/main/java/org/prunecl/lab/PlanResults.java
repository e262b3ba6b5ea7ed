package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.prunecl.nn.Form;

/**
 * What {@code plan --json} prints: the fastest form of each layer at one batch size.
 *
 * @param schema version of this layout: 1
 * @param device where it was measured
 * @param batch images at a time
 * @param peakGflops the device's peak, the larger of the register loop and the best dense product,
 *     GFLOP/s
 * @param layers in order, of the network without dead units
 * @param layersMs median time of a batch from host memory to host memory with a launch for each
 *     layer, milliseconds; null where the device doesn't run these layers in one launch
 * @param oneLaunchMs the same with one launch for all layers
 */
public record PlanResults(
    int schema,
    DeviceInfo device,
    int batch,
    double peakGflops,
    List<Layer> layers,
    Double layersMs,
    Double oneLaunchMs) {

  /**
   * One layer.
   *
   * @param layer its name
   * @param rows outputs, or filters
   * @param cols inputs, or weights of a filter
   * @param positions at which each weight is used for an image: 1 but in convolutions
   * @param sparsity share of its weights that are zero, 0 to 1
   * @param zeroInputs share of its inputs that are zero, 0 to 1
   * @param form the fastest form
   * @param speedup how many times faster than the fastest dense form
   * @param shareOfLimit the multiply-adds that the form executes, at peak, as a share of the time
   * @param crossover sparsity from which the fastest sparse form stays faster than the fastest
   *     dense one, when the layer's smallest weights are pruned; null where it never is
   * @param medianMs median time of the layer in each form, milliseconds
   */
  public record Layer(
      String layer,
      int rows,
      int cols,
      int positions,
      double sparsity,
      double zeroInputs,
      String form,
      double speedup,
      double shareOfLimit,
      Double crossover,
      Map<String, Double> medianMs) {}

  /** Makes the list unmodifiable. */
  public PlanResults {
    layers = List.copyOf(layers);
  }

  static PlanResults of(
      DeviceInfo device,
      int batch,
      double loop,
      List<LayerPlan> plans,
      List<Double> crossovers,
      Launches launches) {
    double peak = loop;
    for (LayerPlan plan : plans) {
      double gflop = 2e-9 * plan.shape().multiplyAdds() * batch;
      peak = Math.max(peak, gflop / (plan.medianMs().get(Form.DENSE.label()) / 1e3));
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      LayerPlan plan = plans.get(i);
      // A form that skips zero inputs executes so many if zeros of both kinds fall independently.
      double left =
          (Form.sparse(plan.form().label()) ? 1 - plan.sparsity() : 1)
              * (plan.form().skipsZeroInputs() ? 1 - plan.zeros() : 1);
      double gflop = 2e-9 * plan.shape().multiplyAdds() * batch * left;
      double seconds = plan.medianMs().get(plan.form().label()) / 1e3;
      layers.add(
          new Layer(
              plan.layer(),
              plan.shape().outputs(),
              plan.shape().inputs(),
              plan.shape().positions(),
              plan.sparsity(),
              plan.zeros(),
              plan.form().label(),
              plan.speedup(),
              gflop / seconds / peak,
              crossovers.get(i),
              plan.medianMs()));
    }
    return new PlanResults(
        1,
        device,
        batch,
        peak,
        layers,
        launches == null ? null : launches.layersMs(),
        launches == null ? null : launches.oneMs());
  }
}
