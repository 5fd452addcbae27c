package dev.backstay.lab;

import java.time.Duration;
import java.util.List;

/**
 * What the lab's hosts are doing, as read just now.
 *
 * @param running whether a lab is held at all; without one there are no hosts
 * @param hosts gateways first, then the client host
 * @param clients how many clients there are
 */
public record LabStatus(boolean running, List<Host> hosts, int clients) {
  static final LabStatus DOWN = new LabStatus(false, List.of(), 0);

  public LabStatus {
    hosts = List.copyOf(hosts);
  }

  /** Clients whose gateway saw a handshake of theirs in the last 180 seconds. */
  public int handshaken() {
    return hosts.stream().mapToInt(Host::handshaken).sum();
  }

  /** Memory of all hosts together, in bytes. */
  public long memory() {
    return hosts.stream().mapToLong(Host::memory).sum();
  }

  /** What is known of one host. */
  public enum State {
    /** Its kernel runs and it answers SSH. */
    ANSWERS,
    /** Its kernel runs, but SSH gave no answer: booting, rebooting, cut off or broken. */
    SILENT,
    /** Its kernel has ended. */
    ENDED
  }

  /**
   * One host.
   *
   * @param address its IPv4 address on the lab's bridge
   * @param memory bytes its kernel's process occupies, guest memory included; 0 if it has ended
   * @param uptime since its kernel was started
   * @param clients how many clients belong to it; 0 for the client host
   * @param handshaken how many of these completed a handshake in the last 180 seconds
   */
  public record Host(
      String name,
      State state,
      String address,
      long memory,
      Duration uptime,
      int clients,
      int handshaken) {}
}
