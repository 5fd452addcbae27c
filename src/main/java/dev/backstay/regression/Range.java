package dev.backstay.regression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions between bounds, all of which hold: {@code >=6.2 <6.6.23}.
 *
 * @param text as it was written
 */
record Range(String text, List<Bound> bounds) {
  private static final Pattern BOUND = Pattern.compile("(<=|>=|<|>|=)(\\S+)");

  record Bound(String relation, Release release) {
    boolean holds(Release of) {
      int order = of.compareTo(release);
      return switch (relation) {
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        case ">=" -> order >= 0;
        case "=" -> order == 0;
        default -> throw new IllegalStateException(relation);
      };
    }
  }

  Range {
    bounds = List.copyOf(bounds);
  }

  /** Nothing for a text that is none: a bound that is not understood must not be left out. */
  static Optional<Range> parse(String text) {
    List<Bound> bounds = new ArrayList<>();
    for (String word : text.strip().split(" +")) {
      Matcher form = BOUND.matcher(word);
      Optional<Release> release =
          form.matches() ? Release.exactly(form.group(2)) : Optional.empty();
      if (release.isEmpty()) {
        return Optional.empty();
      }
      bounds.add(new Bound(form.group(1), release.get()));
    }
    return Optional.of(new Range(text, bounds));
  }

  boolean contains(Release release) {
    return bounds.stream().allMatch(bound -> bound.holds(release));
  }
}
