package dev.backstay.playbook;

/**
 * The thresholds of the gates. All shares are of the clients that were active before the change.
 *
 * @param healthy at most this share may fail to complete a handshake for the gate to pass
 * @param broken from this share on the gate fails; between the two it is inconclusive
 * @param silent more than this share that never shows up at all fails
 * @param stalled more than this share whose handshake is fine but whose data does not flow fails
 */
public record Gates(Percent healthy, Percent broken, Percent silent, Percent stalled) {}
