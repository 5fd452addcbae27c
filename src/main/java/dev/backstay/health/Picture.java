package dev.backstay.health;

import dev.backstay.wireguard.PublicKey;
import java.util.Comparator;
import java.util.List;

/**
 * How the peers of a gateway stand at one moment. Each is in exactly one of the groups.
 *
 * @param clock of the gateway, seconds since 1970
 * @param failing longest first
 * @param trying those that ask, or are asked, and may yet get on
 * @param connected how many have a session younger than a session may be
 * @param idle how many have none and ask for none
 * @param away interfaces that are not there
 * @param unknown sources that have asked lately and belong to no peer: scanners, and clients whose
 *     key is no peer here
 * @param strangers those of them whose initiations were looked into
 * @param lacks what the collector cannot do on this gateway, one sentence each
 * @param initiations that came or went since the observation before
 * @param confirmed handshakes that were completed since the observation before
 * @param counted whether datagrams could be counted; if not, nobody knows why one does not get on
 */
public record Picture(
    double clock,
    List<Failure> failing,
    List<Peer> trying,
    int connected,
    int idle,
    List<String> away,
    int unknown,
    List<Stranger> strangers,
    long initiations,
    long confirmed,
    boolean counted,
    List<String> lacks) {

  /** A peer of one interface. */
  public record Peer(String network, PublicKey key) implements Comparable<Peer> {
    private static final Comparator<Peer> ORDER =
        Comparator.comparing(Peer::network).thenComparing(Peer::key);

    @Override
    public int compareTo(Peer other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A source that is no peer's and asks again and again.
   *
   * @param knows whether it knows a public key of this gateway, by which it is no scanner
   */
  public record Stranger(String source, Knows knows) {}

  /** Which server a stranger asks. */
  public enum Knows {
    /** This gateway, so either its own key is no peer here, or its clock was set back. */
    THIS_GATEWAY(
        "this-gateway",
        "knows this gateway: its own key is no peer here, or its clock was set back"),
    /** This gateway by a key that it had before. */
    AN_EARLIER_KEY("earlier-key", "uses a key that this gateway had before: give it the new one"),
    /** Another server, or none: a scanner. */
    NOTHING("nothing", "does not know this gateway: a scanner, or a client of another server");

    private final String word;
    private final String sentence;

    Knows(String word, String sentence) {
      this.word = word;
      this.sentence = sentence;
    }

    public String word() {
      return word;
    }

    public String sentence() {
      return sentence;
    }
  }

  /**
   * One that does not get on.
   *
   * @param endpoint where it is, {@code address:port}
   * @param initiations without success, of whichever side; none where its data is stuck
   * @param seconds for which that has been so
   */
  public record Failure(Peer peer, Cause why, String endpoint, long initiations, double seconds) {}

  public Picture {
    failing = List.copyOf(failing);
    trying = List.copyOf(trying);
    away = List.copyOf(away);
    strangers = List.copyOf(strangers);
    lacks = List.copyOf(lacks);
  }

  public long strangers(Knows what) {
    return strangers.stream().filter(one -> one.knows() == what).count();
  }

  public int peers() {
    return connected + idle + failing.size() + trying.size();
  }

  public long failing(Cause why) {
    return failing.stream().filter(one -> one.why() == why).count();
  }
}
