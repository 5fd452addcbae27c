package dev.backstay.health;

/** What one gate says. */
public enum Says {
  PASS,
  FAIL,
  /** It cannot tell, or could not be computed. Never success. */
  INCONCLUSIVE;

  /** For journals. */
  public String word() {
    return switch (this) {
      case PASS -> "pass";
      case FAIL -> "fail";
      case INCONCLUSIVE -> "inconclusive";
    };
  }
}
