package dev.backstay.health;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What one gate says of one gateway, and everything from which it says so.
 *
 * @param gate its name: {@code handshakes}, {@code silent}, …
 * @param sample the clients that it is about, and how many of them count against the change
 * @param test by which it decides: {@code exact binomial}, {@code share}, …
 * @param p probability of what was seen if nothing is wrong, where the test has one
 * @param bound the true share may be as high as this, from 0 to 1, with a confidence of 95 %; empty
 *     where there is no share
 * @param thresholds by name, with their units
 * @param sentence for people
 */
public record Finding(
    String gate,
    Says says,
    Sample sample,
    String test,
    OptionalDouble p,
    OptionalDouble bound,
    Map<String, String> thresholds,
    String sentence) {
  public Finding {
    thresholds = Map.copyOf(thresholds);
    p = number(p);
    bound = number(bound);
  }

  private static OptionalDouble number(OptionalDouble value) {
    return value.isPresent() && Double.isNaN(value.getAsDouble()) ? OptionalDouble.empty() : value;
  }

  /** One that needs no test: it is so, or not. */
  static Finding fact(
      String gate, Says says, Sample sample, Map<String, String> thresholds, String sentence) {
    return new Finding(
        gate,
        says,
        sample,
        "fact",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        thresholds,
        sentence);
  }

  /** One that compares counts with fixed limits. */
  static Finding plain(
      String gate, Says says, Sample sample, Map<String, String> thresholds, String sentence) {
    return new Finding(
        gate,
        says,
        sample,
        "share",
        OptionalDouble.empty(),
        OptionalDouble.of(Exact.upperBound(sample)),
        thresholds,
        sentence);
  }

  /** The same, with another opinion and why. */
  Finding but(Says other, String why) {
    return new Finding(gate, other, sample, test, p, bound, thresholds, sentence + why);
  }

  /** The same with a further threshold. */
  Finding with(String name, String value) {
    Map<String, String> more = new TreeMap<>(thresholds);
    more.put(name, value);
    return new Finding(gate, says, sample, test, p, bound, more, sentence);
  }
}
