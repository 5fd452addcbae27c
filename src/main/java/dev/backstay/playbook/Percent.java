package dev.backstay.playbook;

/**
 * A share in hundredths of a percent, so that {@code 0.5%} is exact and comparisons stay in
 * integers.
 *
 * @param hundredths 0 to 10 000
 */
public record Percent(int hundredths) {
  public static final int WHOLE = 100 * 100;

  public Percent {
    if (hundredths < 0 || hundredths > WHOLE) {
      throw new IllegalArgumentException("a percentage lies between 0% and 100%");
    }
  }

  /** Whether {@code part} of {@code total} is at least this share. False for an empty total. */
  public boolean reachedBy(long part, long total) {
    return total > 0 && part * WHOLE >= (long) hundredths * total;
  }

  /** Whether {@code part} of {@code total} is more than this share. */
  public boolean exceededBy(long part, long total) {
    return part * WHOLE > (long) hundredths * total;
  }

  /** As people write it: {@code 5%}, {@code 0.5%}. */
  @Override
  public String toString() {
    String fraction = "%02d".formatted(hundredths % 100).replaceAll("0+$", "");
    return hundredths / 100 + (fraction.isEmpty() ? "" : "." + fraction) + "%";
  }
}
