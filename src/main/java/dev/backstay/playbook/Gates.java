package dev.backstay.playbook;

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
 */
public record Gates(Percent healthy, Percent broken, Percent silent, Percent stalled) {}
