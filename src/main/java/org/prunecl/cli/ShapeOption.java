package org.prunecl.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.prunecl.lab.KernelBench;
import org.prunecl.lab.LabException;

/** Reads the shapes of layers as options give them: rows x columns of W. */
final class ShapeOption {
  private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

  private ShapeOption() {}

  static List<KernelBench.Shape> parse(List<String> shapes) {
    return shapes.stream().map(ShapeOption::parse).toList();
  }

  private static KernelBench.Shape parse(String shape) {
    Matcher matcher = SHAPE.matcher(shape.strip());
    if (!matcher.matches()) {
      throw LabException.input(
          "'" + shape + "' is not a shape.", "Write rows x columns, such as 1000x784.");
    }
    return new KernelBench.Shape(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  static void checkBatches(List<Integer> batches) {
    if (batches.stream().anyMatch(batch -> batch < 1)) {
      throw LabException.input("A batch is at least 1.", "Give --batch such as 1,32,128.");
    }
  }
}
