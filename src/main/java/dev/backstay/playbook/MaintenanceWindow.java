package dev.backstay.playbook;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span of wall-clock time that comes back each week, such as {@code Sat 01:00-05:00}. Days are
 * those on which it begins; one that ends at or before its beginning ends on the next day. Where
 * clocks change, its ends are what a clock on the wall shows: the span may be an hour shorter or
 * longer.
 *
 * @param days not empty
 */
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
  private static final String DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
  private static final Pattern FORM =
      Pattern.compile(
          "(daily|%1$s(?:-%1$s)?(?:,%1$s(?:-%1$s)?)*) ([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})"
              .formatted(DAY));
  private static final int DAYS = 7;

  public MaintenanceWindow {
    days = Set.copyOf(days);
  }

  /** Nothing for a text that is none. */
  static Optional<MaintenanceWindow> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    Optional<LocalTime> from = time(form.group(2));
    Optional<LocalTime> to = time(form.group(3));
    return from.flatMap(
        begin -> to.map(end -> new MaintenanceWindow(days(form.group(1)), begin, end)));
  }

  private static Optional<LocalTime> time(String text) {
    int hour = Integer.parseInt(text.substring(0, 2));
    int minute = Integer.parseInt(text.substring(3));
    return hour < 24 && minute < 60 ? Optional.of(LocalTime.of(hour, minute)) : Optional.empty();
  }

  private static Set<DayOfWeek> days(String words) {
    if (words.equals("daily")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String word : words.split(",", -1)) {
      List<DayOfWeek> ends =
          Arrays.stream(word.split("-", -1)).map(MaintenanceWindow::day).toList();
      DayOfWeek day = ends.getFirst();
      days.add(day);
      while (day != ends.getLast()) {
        day = day.plus(1);
        days.add(day);
      }
    }
    return days;
  }

  private static DayOfWeek day(String word) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.name().startsWith(word.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow();
  }

  /** A span in time. The end does not belong to it. */
  public record Span(Instant begin, Instant end) {
    public boolean holds(Instant first, Instant last) {
      return !first.isBefore(begin) && !last.isAfter(end);
    }
  }

  /** The span that is open at a moment, else the next one. */
  public Span from(Instant now, ZoneId zone) {
    LocalDate today = now.atZone(zone).toLocalDate();
    // From yesterday on: a span of the night before may be open still. A day without it is passed.
    for (LocalDate day = today.minusDays(1); ; day = day.plusDays(1)) {
      if (days.contains(day.getDayOfWeek())) {
        Span span = on(day, zone);
        if (span.end().isAfter(now) && span.begin().isBefore(span.end())) {
          return span;
        }
      }
      if (day.isAfter(today.plusDays(2 * DAYS))) {
        throw new IllegalStateException("a window without days: " + this);
      }
    }
  }

  private Span on(LocalDate day, ZoneId zone) {
    LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
    return new Span(
        ZonedDateTime.of(day, from, zone).toInstant(),
        ZonedDateTime.of(last, to, zone).toInstant());
  }
}
