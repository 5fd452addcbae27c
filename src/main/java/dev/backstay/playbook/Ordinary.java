package dev.backstay.playbook;

/**
 * What was measured to be ordinary, where nothing was changed.
 *
 * @param calibration id of the measurement
 * @param churn at most this share leaves within a window, for reasons of its own
 * @param correlation of two clients of one gateway is at most this
 */
public record Ordinary(String calibration, Percent churn, Percent correlation) {
  /** For people. */
  @Override
  public String toString() {
    return "churn at most %s, correlation at most %s (calibration %s)"
        .formatted(churn, correlation, calibration);
  }
}
