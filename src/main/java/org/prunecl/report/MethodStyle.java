package org.prunecl.report;

import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a method's curves are drawn. Shapes differ too: colours alone don't reach every eye.
 *
 * @param colour of lines and markers
 * @param marker at measured points
 */
record MethodStyle(Color colour, Marker marker) {
  private static final MethodStyle WEIGHTS =
      new MethodStyle(new Color(0xC62828), SeriesMarkers.CIRCLE);
  private static final MethodStyle UNITS =
      new MethodStyle(new Color(0x1565C0), SeriesMarkers.SQUARE);

  /** For all others, in the order of their first trial; from the start again if there are more. */
  private static final List<MethodStyle> OTHERS =
      List.of(
          new MethodStyle(new Color(0x2E7D32), SeriesMarkers.DIAMOND),
          new MethodStyle(new Color(0xEF6C00), SeriesMarkers.TRIANGLE_UP),
          new MethodStyle(new Color(0x6A1B9A), SeriesMarkers.TRIANGLE_DOWN),
          new MethodStyle(new Color(0x00838F), SeriesMarkers.CROSS),
          new MethodStyle(new Color(0x5D4037), SeriesMarkers.PLUS),
          new MethodStyle(new Color(0xAD1457), SeriesMarkers.TRAPEZOID),
          new MethodStyle(new Color(0x9E9D24), SeriesMarkers.OVAL));

  /**
   * The style of a method.
   *
   * @param methods all methods of the chart, in their order
   */
  static MethodStyle of(String method, List<String> methods) {
    return switch (method) {
      case "weight" -> WEIGHTS;
      case "unit" -> UNITS;
      default -> {
        List<String> others =
            methods.stream().filter(m -> !m.equals("weight") && !m.equals("unit")).toList();
        yield OTHERS.get(others.indexOf(method) % OTHERS.size());
      }
    };
  }
}
