package dev.backstay.playbook;

import dev.backstay.document.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values with units, as a playbook writes them. */
public final class Units {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,2}))?%");

  /** Zero is a length of time too. */
  static final Reading<Duration> DURATION_OR_ZERO =
      Reading.scalar("a time such as 90s, 4m or 1h", s -> duration(s.text()));

  static final Reading<Duration> POSITIVE_DURATION =
      Reading.scalar(
          "a time of more than zero such as 90s, 4m or 1h",
          s -> duration(s.text()).filter(Duration::isPositive));

  /** Days too: what was measured holds for weeks. */
  static final Reading<Duration> AGE =
      Reading.scalar(
          "a time of more than zero such as 12h or 30d",
          s -> age(s.text()).filter(Duration::isPositive));

  /** A bare 0 is a share as well; a bare 5 might be five of something. */
  static final Reading<Percent> SHARE =
      Reading.scalar("a share such as 5% or 0.5%", s -> percent(s.text()));

  private Units() {}

  /** A time as a playbook writes it: {@code 90s}, {@code 4m} or {@code 1h}. */
  public static Optional<Duration> duration(String text) {
    Matcher form = DURATION.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "h" -> Duration.ofHours(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofSeconds(amount);
        });
  }

  private static Optional<Duration> age(String text) {
    return text.matches("[0-9]{1,4}d")
        ? Optional.of(Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1))))
        : duration(text);
  }

  /** The same the other way round: the largest unit in which it is whole. */
  public static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds >= 3600 && seconds % 3600 == 0) {
      return seconds / 3600 + " h";
    }
    return seconds >= 60 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }

  static Optional<Percent> percent(String text) {
    if (text.equals("0")) {
      return Optional.of(new Percent(0));
    }
    Matcher form = PERCENT.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String fraction = form.group(2) == null ? "00" : (form.group(2) + "0").substring(0, 2);
    int hundredths = Integer.parseInt(form.group(1)) * 100 + Integer.parseInt(fraction);
    return hundredths > Percent.WHOLE ? Optional.empty() : Optional.of(new Percent(hundredths));
  }
}
