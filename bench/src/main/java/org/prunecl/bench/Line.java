package org.prunecl.bench;

import java.util.List;

/**
 * A straight line y = offset + slope · x through points of positive y, fitted so that the squares
 * of the relative deviations are least: a point counts as much when it is small.
 *
 * @param offset y at 0
 * @param slope growth of y with x
 */
record Line(double offset, double slope) {
  /** A point. */
  record Point(double x, double y) {}

  /**
   * The line of least relative deviation.
   *
   * @param points at least two, of different x
   */
  static Line through(List<Point> points) {
    double sum = 0;
    double sumX = 0;
    double sumXx = 0;
    double sumY = 0;
    double sumXy = 0;
    for (Point point : points) {
      double weight = 1 / (point.y * point.y);
      sum += weight;
      sumX += weight * point.x;
      sumXx += weight * point.x * point.x;
      sumY += weight * point.y;
      sumXy += weight * point.x * point.y;
    }
    double slope = (sum * sumXy - sumX * sumY) / (sum * sumXx - sumX * sumX);
    return new Line((sumY - slope * sumX) / sum, slope);
  }

  /** The largest of the points' distances from the line, each as a share of the line's value. */
  double largestDeviation(List<Point> points) {
    return points.stream()
        .mapToDouble(point -> Math.abs(point.y / (offset + slope * point.x) - 1))
        .max()
        .orElseThrow();
  }
}
