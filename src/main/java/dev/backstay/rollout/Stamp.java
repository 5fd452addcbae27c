package dev.backstay.rollout;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A moment as part of a name: to the second, in UTC, so that names sort by time. */
public final class Stamp {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Stamp() {}

  public static String of(Instant moment) {
    return FORM.format(moment);
  }
}
