package org.prunecl.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Something to look at, written as PNG or SVG. The same picture gives the same bytes. No display is
 * needed.
 */
public final class Picture {
  /** Pixels of the PNG per unit of width and height: sharp on dense screens. */
  public static final int PIXELS = 2;

  private final String title;
  private final int width;
  private final int height;
  private final Consumer<Graphics2D> painter;

  /**
   * @param title what it shows, for those who can't see it
   * @param width in units of 1/96 inch
   * @param height likewise
   * @param painter paints the whole area; called once per file
   */
  Picture(String title, int width, int height, Consumer<Graphics2D> painter) {
    this.title = title;
    this.width = width;
    this.height = height;
    this.painter = painter;
  }

  /** Width in units of 1/96 inch. */
  public int width() {
    return width;
  }

  /** Height in units of 1/96 inch. */
  public int height() {
    return height;
  }

  /**
   * Writes a PNG of {@link #PIXELS} pixels per unit.
   *
   * @param out is left open
   */
  public void writePng(OutputStream out) throws IOException {
    BufferedImage image =
        new BufferedImage(width * PIXELS, height * PIXELS, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(PIXELS, PIXELS);
    painter.accept(graphics);
    graphics.dispose();
    // Given a plain stream, ImageIO would use a file of its own.
    try (MemoryCacheImageOutputStream sink = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "png", sink)) {
        throw new IOException("this Java can't write PNG");
      }
    }
  }

  /**
   * Writes an SVG in UTF-8. Text in it may be drawn as outlines, so its title also stands in a
   * {@code title} element.
   *
   * @param out is left open
   */
  public void writeSvg(OutputStream out) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    painter.accept(graphics);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor()
        .getDocument(graphics.getCommands(), new PageSize(0, 0, width, height))
        .writeTo(svg);
    String text =
        svg.toString(StandardCharsets.UTF_8)
            // Browsers pass it over; a validating reader would fetch it from the network.
            .replaceFirst("<!DOCTYPE[^>]*>\\R?", "")
            // A font that the reader lacks must not turn into one with serifs.
            .replaceAll("(font-family:&quot;[^&]*&quot;)", "$1,sans-serif")
            .replaceFirst("(<svg[^>]*>)", "$1" + Matcher.quoteReplacement(titleElement()));
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private String titleElement() {
    String escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return "\n  <title>" + escaped + "</title>";
  }
}
