package org.prunecl.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Blocks of neighbouring units and inputs, from the matrix's first corner on; those at the far
 * edges are smaller where the block's sides don't divide the matrix's.
 *
 * @param rows units in a block
 * @param columns inputs in a block
 */
record BlockGranularity(int rows, int columns) implements GroupGranularity {
  private static final Pattern TEXT = Pattern.compile("block([1-9]\\d{0,4})x([1-9]\\d{0,4})");

  static Optional<Granularity> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new BlockGranularity(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String label() {
    return "block" + rows + "x" + columns;
  }

  @Override
  public Groups groups(int outputs, int inputs) {
    List<int[]> blocks = new ArrayList<>();
    for (int top = 0; top < outputs; top += rows) {
      for (int left = 0; left < inputs; left += columns) {
        blocks.add(
            block(
                top,
                Math.min(top + rows, outputs),
                left,
                Math.min(left + columns, inputs),
                inputs));
      }
    }
    return new Groups(blocks, false);
  }

  private static int[] block(int top, int bottom, int left, int right, int inputs) {
    int[] places = new int[(bottom - top) * (right - left)];
    int n = 0;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        places[n++] = row * inputs + column;
      }
    }
    return places;
  }
}
