package org.prunecl.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** One image of each class, five to a row, each with its class's name below it. */
public final class SampleGrid {
  /** An index of {@link #pick} for a class that has no image. */
  public static final int NO_IMAGE = -1;

  private static final int ACROSS = 5;
  private static final int CELL_WIDTH = 150;
  private static final int IMAGE_SIDE = 112;
  private static final int CELL_HEIGHT = 160;
  private static final int MARGIN = 10;
  private static final int TITLE_HEIGHT = 40;

  private SampleGrid() {}

  /**
   * Draws one image per class at random.
   *
   * @param labels the class of each image, each byte 0 to 255 unsigned
   * @param classes number of classes; labels beyond are passed over
   * @param seed the same seed draws the same images
   * @return an index into {@code labels} for each class, {@link #NO_IMAGE} where there is none
   */
  public static int[] pick(byte[] labels, int classes, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, classes)
        .map(
            wanted -> {
              int[] candidates =
                  IntStream.range(0, labels.length)
                      .filter(i -> Byte.toUnsignedInt(labels[i]) == wanted)
                      .toArray();
              return candidates.length == 0
                  ? NO_IMAGE
                  : candidates[random.nextInt(candidates.length)];
            })
        .toArray();
  }

  /**
   * The names of a dataset's classes: those of Fashion-MNIST as its authors give them, else the
   * label as a number.
   *
   * @param dataset the dataset's name
   */
  public static String[] classNames(String dataset, int classes) {
    String[] fashion = {
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
      "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"
    };
    if (dataset.equals("fashion-mnist") && classes == fashion.length) {
      return fashion;
    }
    return IntStream.range(0, classes).mapToObj(Integer::toString).toArray(String[]::new);
  }

  /**
   * The grid.
   *
   * @param title stands above it
   * @param rows height of an image, pixels
   * @param columns width of an image, pixels
   * @param images one per class: rows × columns bytes, row by row, 0 black to 255 white; null where
   *     a class has none
   * @param labels one per class
   */
  public static Picture picture(
      String title, int rows, int columns, byte[][] images, String[] labels) {
    if (images.length != labels.length) {
      throw new IllegalArgumentException(images.length + " images, " + labels.length + " labels");
    }
    for (byte[] image : images) {
      if (image != null && image.length != rows * columns) {
        throw new IllegalArgumentException(
            image.length + " bytes for an image of " + rows + "x" + columns);
      }
    }
    byte[][] pixels =
        Arrays.stream(images).map(i -> i == null ? null : i.clone()).toArray(byte[][]::new);
    String[] names = labels.clone();
    int down = (images.length + ACROSS - 1) / ACROSS;
    int width = ACROSS * CELL_WIDTH + 2 * MARGIN;
    int height = TITLE_HEIGHT + down * CELL_HEIGHT;
    return new Picture(
        title,
        width,
        height,
        graphics -> {
          graphics.setRenderingHint(
              RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
          graphics.setColor(Color.WHITE);
          graphics.fillRect(0, 0, width, height);
          graphics.setColor(Color.DARK_GRAY);
          graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
          centre(graphics, title, width / 2, 26);
          graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
          for (int i = 0; i < pixels.length; i++) {
            int left = MARGIN + i % ACROSS * CELL_WIDTH;
            int top = TITLE_HEIGHT + i / ACROSS * CELL_HEIGHT;
            if (pixels[i] != null) {
              draw(graphics, enlarged(rows, columns, pixels[i]), left, top);
            }
            centre(graphics, names[i], left + CELL_WIDTH / 2, top + IMAGE_SIDE + 22);
          }
        });
  }

  private static void draw(Graphics2D graphics, BufferedImage image, int left, int top) {
    double scale = (double) IMAGE_SIDE / Math.max(image.getWidth(), image.getHeight());
    int width = (int) Math.round(image.getWidth() * scale);
    int height = (int) Math.round(image.getHeight() * scale);
    int x = left + (CELL_WIDTH - width) / 2;
    int y = top + (IMAGE_SIDE - height) / 2;
    graphics.drawImage(image, x, y, width, height, null);
  }

  /** Each pixel as a block of 8×8, so that viewers which smooth what they scale keep it crisp. */
  private static BufferedImage enlarged(int rows, int columns, byte[] pixels) {
    int block = 8;
    BufferedImage image =
        new BufferedImage(columns * block, rows * block, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < rows * block; y++) {
      for (int x = 0; x < columns * block; x++) {
        int pixel = Byte.toUnsignedInt(pixels[y / block * columns + x / block]);
        image.getRaster().setSample(x, y, 0, pixel);
      }
    }
    return image;
  }

  private static void centre(Graphics2D graphics, String text, int x, int baseline) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.drawString(text, x - metrics.stringWidth(text) / 2, baseline);
  }
}
