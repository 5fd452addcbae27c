package dev.backstay.playbook;

import java.time.Duration;
import java.util.Optional;

/**
 * The thresholds of the gates. All shares are of the clients that were active before the change.
 *
 * @param healthy this share fails to complete a handshake although nothing is wrong; up to it the
 *     gate passes, and above it while the sample fits it and excludes {@code broken}
 * @param broken this share fails when a change does harm; the gate fails for what is nearer to it
 *     than to {@code healthy} and no chance
 * @param silent more than this share that never shows up at all fails, and so does what an ordinary
 *     churn of a tenth of it does not explain
 * @param stalled more than this share whose handshake is fine but whose data does not flow fails
 * @param probe whether a probe peer of our own has to get through as well
 * @param fewClients whether a pass may rest on fewer than five active clients
 * @param calibration a rollout is refused if what is ordinary was not measured within this time;
 *     empty to go without
 * @param ordinary what was measured, instead of the tenth of {@code silent}; a playbook cannot say
 *     it
 */
public record Gates(
    Percent healthy,
    Percent broken,
    Percent silent,
    Percent stalled,
    boolean probe,
    boolean fewClients,
    Optional<Duration> calibration,
    Optional<Ordinary> ordinary) {
  /** Those of a playbook that asks for no probe and no calibration. */
  public Gates(Percent healthy, Percent broken, Percent silent, Percent stalled) {
    this(healthy, broken, silent, stalled, false, false, Optional.empty(), Optional.empty());
  }

  /** The same, with what was measured. */
  public Gates knowing(Ordinary measured) {
    return new Gates(
        healthy, broken, silent, stalled, probe, fewClients, calibration, Optional.of(measured));
  }
}
