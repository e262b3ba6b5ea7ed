package org.prunecl.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * A drawn shape.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record Shape(int rows, int columns) {
  /** One element, a column, a row, a matrix of many tiles, and {@code more} of both sizes drawn. */
  public static List<Shape> draw(String purpose, int more) {
    Draw draw = new Draw(purpose);
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape(1, 1));
    shapes.add(new Shape(draw.size(), 1));
    shapes.add(new Shape(1, draw.size()));
    if (!TestDevice.simulated()) {
      shapes.add(new Shape(127, 129));
    }
    for (int i = 0; i < (TestDevice.simulated() ? 2 : more); i++) {
      shapes.add(new Shape(draw.size(), draw.size()));
    }
    return shapes;
  }

  /** Elements. */
  public int size() {
    return rows * columns;
  }

  @Override
  public String toString() {
    return rows + " × " + columns;
  }
}
