package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Vault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Pattern;

/** What people write where a snapshot is meant: a commit, or a time. */
final class Moments {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,40}|main([~^][0-9]*)*");

  private Moments() {}

  /**
   * The commit that is meant. A time is that of the controller's zone unless it names one; a date
   * means its end.
   *
   * @throws ProblemException {@code not-a-moment}, {@code snapshot-unknown}
   */
  static String commit(Vault vault, String gateway, String text) {
    return COMMIT.matcher(text).matches()
        ? text
        : vault.latest(gateway, Optional.of(instant(text, ZoneId.systemDefault())));
  }

  static Instant instant(String text, ZoneId zone) {
    try {
      if (text.endsWith("Z")) {
        return Instant.parse(text);
      }
      return text.contains("T")
          ? LocalDateTime.parse(text).atZone(zone).toInstant()
          : LocalDate.parse(text).plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
    } catch (DateTimeException malformed) {
      throw new ProblemException(
          "not-a-moment",
          text,
          "this is neither a commit nor a time",
          "write a commit of `backstay snapshot list`, 2026-11-20, 2026-11-20T18:30 or"
              + " 2026-11-20T18:30:00Z");
    }
  }
}
