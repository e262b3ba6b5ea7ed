package org.prunecl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.prunecl.PruneClException.Kind;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.Results;
import org.prunecl.lab.RunInfo;

/**
 * Results as JSON (RFC 8259), UTF-8, indented, ending in a newline. A record's components are its
 * fields, in snake_case and in the order of their declaration. NaN and infinity, which JSON doesn't
 * have, are refused.
 */
public final class ResultsJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // A reader of this version skips what a later version adds.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new FiniteSerializer())
                  .addSerializer(double.class, new FiniteSerializer()))
          .build();

  private static final ObjectWriter WRITER = MAPPER.writer(printer());

  private ResultsJson() {}

  /**
   * The JSON text of a record.
   *
   * @throws ReportException naming the field if a number in it is NaN or infinite
   */
  public static String text(Record result) {
    try {
      return WRITER.writeValueAsString(result) + "\n";
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof ReportException refused) {
        throw refused;
      }
      throw new IllegalArgumentException(result.getClass() + " can't be written as JSON", e);
    }
  }

  /**
   * Writes the JSON text of a record; nothing is written when it can't be written whole.
   *
   * @param out is left open
   * @throws ReportException naming the field if a number in it is NaN or infinite
   */
  public static void write(Record result, OutputStream out) throws IOException {
    out.write(text(result).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a {@code results.json}.
   *
   * @param in is read to its end and closed
   * @throws ReportException if it isn't JSON, lacks a field, or has another schema than {@value
   *     Results#SCHEMA}
   */
  public static Results read(InputStream in) throws IOException {
    Results results = read(Results.class, "results.json", in);
    checkSchema("results.json", results.schema(), Results.SCHEMA);
    return results;
  }

  /**
   * Reads a {@code lottery.json}.
   *
   * @param in is read to its end and closed
   * @throws ReportException if it isn't JSON, lacks a field, or has another schema than {@value
   *     LotteryResults#SCHEMA}
   */
  public static LotteryResults readLottery(InputStream in) throws IOException {
    LotteryResults results = read(LotteryResults.class, "lottery.json", in);
    checkSchema("lottery.json", results.schema(), LotteryResults.SCHEMA);
    return results;
  }

  /**
   * Reads a {@code run.json}.
   *
   * @param in is read to its end and closed
   * @throws ReportException if it isn't JSON, lacks a field, or has another schema than {@value
   *     RunInfo#SCHEMA}
   */
  public static RunInfo readInfo(InputStream in) throws IOException {
    RunInfo info = read(RunInfo.class, "run.json", in);
    checkSchema("run.json", info.schema(), RunInfo.SCHEMA);
    return info;
  }

  private static <T> T read(Class<T> type, String name, InputStream in) throws IOException {
    T value;
    try {
      value = MAPPER.readValue(in, type);
    } catch (JsonProcessingException e) {
      throw unreadable(name, e.getOriginalMessage().lines().findFirst().orElse("empty"), e);
    }
    if (value == null) {
      throw unreadable(name, "null", null);
    }
    return value;
  }

  private static void checkSchema(String name, int schema, int expected) {
    if (schema != expected) {
      throw unreadable(name, "schema " + schema + " where " + expected + " was expected", null);
    }
  }

  private static ReportException unreadable(String name, String reason, Exception cause) {
    return new ReportException(
        Kind.INPUT,
        "This is no " + name + " that can be read: " + reason,
        "Give a " + name + " that was written by this version.",
        cause);
  }

  /** The same bytes on every operating system. */
  private static DefaultPrettyPrinter printer() {
    Separators separators =
        DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
            Separators.Spacing.AFTER);
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }

  private static final class FiniteSerializer extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;

    FiniteSerializer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (!Double.isFinite(value)) {
        String path = json.getOutputContext().pathAsPointer().toString();
        throw ReportException.nonFinite(path.substring(1), value);
      }
      json.writeNumber(value);
    }
  }
}
