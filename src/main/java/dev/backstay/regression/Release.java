package dev.backstay.regression;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A version as its authors count it, without what a distribution adds: {@code 6.1.83}, {@code
 * 1.0.20210914}, {@code 7.1-rc4}. Missing numbers are zeros; a candidate comes before its release.
 *
 * @param candidate number of the candidate; {@link #FINAL} for the release itself
 */
record Release(List<Integer> numbers, int candidate) implements Comparable<Release> {
  static final int FINAL = Integer.MAX_VALUE;

  /** At most eight digits each, as a date has them. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?:[0-9]+:)?([0-9]{1,8}(?:\\.[0-9]{1,8}){0,4})(?:[-~.]?rc([0-9]{1,3}))?(.*)");

  Release {
    numbers = List.copyOf(numbers);
  }

  /**
   * The leading part of a version of a package or a program; an epoch is left out. Nothing for a
   * text that does not begin with a number.
   */
  static Optional<Release> leading(String version) {
    return Optional.of(FORM.matcher(version)).filter(Matcher::matches).map(Release::of);
  }

  /** A text that is such a version and nothing else. */
  static Optional<Release> exactly(String text) {
    return Optional.of(FORM.matcher(text))
        .filter(form -> form.matches() && form.group(3).isEmpty())
        .map(Release::of);
  }

  private static Release of(Matcher form) {
    String candidate = form.group(2);
    return new Release(
        Stream.of(form.group(1).split("\\.")).map(Integer::valueOf).toList(),
        candidate == null ? FINAL : Integer.parseInt(candidate));
  }

  private int number(int place) {
    return place < numbers.size() ? numbers.get(place) : 0;
  }

  /** By meaning: {@code 6.1} and {@code 6.1.0} compare as equal, and are not {@link #equals}. */
  @Override
  public int compareTo(Release other) {
    return IntStream.range(0, Math.max(numbers.size(), other.numbers.size()))
        .map(place -> Integer.compare(number(place), other.number(place)))
        .filter(difference -> difference != 0)
        .findFirst()
        .orElseGet(() -> Integer.compare(candidate, other.candidate));
  }
}
