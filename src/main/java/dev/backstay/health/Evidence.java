package dev.backstay.health;

import java.util.List;

/**
 * What a verdict is made from.
 *
 * @param findings of each gate that was asked, in the order in which they are told
 * @param matured how many clients were due when, by second
 * @param missing who did not come back
 */
public record Evidence(List<Finding> findings, List<Cohort> matured, List<Missing> missing) {
  /** Of a verdict that no gate has given. */
  public static final Evidence NONE = new Evidence(List.of(), List.of(), List.of());

  public Evidence {
    findings = List.copyOf(findings);
    matured = List.copyOf(matured);
    missing = List.copyOf(missing);
  }
}
