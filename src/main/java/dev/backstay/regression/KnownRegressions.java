package dev.backstay.regression;

import dev.backstay.document.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The table. Immutable. */
public record KnownRegressions(List<KnownRegression> rows) {
  private static final String TABLE = "regressions.yaml";

  public KnownRegressions {
    rows = List.copyOf(rows);
  }

  /** Read once, and only where it is asked for. */
  private static final class Shipped {
    static final KnownRegressions REGRESSIONS = read();
  }

  /** The one that comes with this version of Backstay. */
  public static KnownRegressions shipped() {
    return Shipped.REGRESSIONS;
  }

  private static KnownRegressions read() {
    try (InputStream table =
        Objects.requireNonNull(KnownRegressions.class.getResourceAsStream(TABLE), TABLE)) {
      return parse(TABLE, new String(table.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param file for messages
   * @throws dev.backstay.problem.ProblemException with every mistake in it
   */
  public static KnownRegressions parse(String file, String text) {
    return new KnownRegressions(new RegressionsReader().read(Yaml.parse(file, text)));
  }

  public Optional<KnownRegression> named(String id) {
    return rows.stream().filter(row -> row.id().equals(id)).findFirst();
  }

  /** Those that such a gateway is in, in the order of the table. */
  public List<KnownRegression> of(Situation situation) {
    return rows.stream().filter(row -> row.affects(situation)).toList();
  }
}
