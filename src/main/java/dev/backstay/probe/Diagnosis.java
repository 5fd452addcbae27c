package dev.backstay.probe;

import dev.backstay.problem.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What an outcome most likely means, and what to do. Says no more than the wire tells: a gateway
 * drops what it does not like without a word ({@code wireguard.md} §1.9 and §4.2).
 */
public final class Diagnosis {
  private Diagnosis() {}

  /**
   * @param where for the message: whom was asked
   * @return empty if everything that was asked was answered
   */
  public static Optional<Problem> of(Outcome outcome, String where) {
    return switch (outcome) {
      case Outcome.Answered _, Outcome.Whole _ -> Optional.empty();
      case Outcome.Narrow narrow -> Optional.of(narrow(narrow, where));
      case Outcome.Unpinged(_, _, var refusal) -> Optional.of(unpinged(refusal, where));
      case Outcome.Stalled(_, var waited) -> Optional.of(stalled(waited, where));
      case Outcome.OtherPresharedKey _ -> Optional.of(otherPresharedKey(where));
      case Outcome.Loaded loaded -> Optional.of(loaded(loaded, where));
      case Outcome.Silent(var initiations, var waited) ->
          Optional.of(silent(initiations, waited, where));
      case Outcome.Elsewhere(var from) -> Optional.of(elsewhere(from, where));
      case Outcome.Refused _ -> Optional.of(refused(where));
      case Outcome.Unreachable(var why) -> Optional.of(unreachable(why, where));
    };
  }

  private static Problem narrow(Outcome.Narrow narrow, String where) {
    return new Problem(
        "probe-narrow",
        where,
        "packets of %d bytes are lost, those of %d pass: something on the way drops large ones"
            .formatted(narrow.wanted(), narrow.bytes()),
        "set the MTU of the tunnel to %d on both sides, or find who drops fragments and large packets"
            .formatted(narrow.bytes()));
  }

  private static Problem unpinged(Optional<String> refusal, String where) {
    return new Problem(
        "probe-unpinged",
        where,
        "the session is confirmed, but nobody answers the ping"
            + refusal.map(words -> "; in the tunnel somebody says: " + words).orElse(""),
        "on the gateway: is --inner in the allowed-ips of this key, does it have the address of"
            + " --ping, and does a firewall drop pings?");
  }

  private static Problem stalled(Duration waited, String where) {
    return new Problem(
        "probe-stalled",
        where,
        "the handshake is answered, but no data came back in " + seconds(waited),
        "on the gateway: `wg show INTERFACE transfer` twice. If what it received does not grow,"
            + " data is lost before it is decrypted: a stalled receiver, or a filter that lets only"
            + " handshakes through");
  }

  private static Problem otherPresharedKey(String where) {
    return new Problem(
        "probe-preshared-key",
        where,
        "the gateway knows this key and has answered, but not with our preshared key",
        "give both sides the same one: --preshared here, `wg set INTERFACE peer KEY preshared-key"
            + " FILE` there");
  }

  private static Problem loaded(Outcome.Loaded loaded, String where) {
    return new Problem(
        "probe-loaded",
        where,
        "the gateway is under load: %d cookies and no answer to %d initiations in %s"
            .formatted(loaded.cookies(), loaded.initiations(), seconds(loaded.waited())),
        "the server key is right. Try again when the load is gone; if cookies have an end and"
            + " answers do not come, the gateway does not know this key");
  }

  private static Problem silent(int initiations, Duration waited, String where) {
    return new Problem(
        "probe-silent",
        where,
        "no answer to %d %s in %s"
            .formatted(
                initiations, initiations == 1 ? "initiation" : "initiations", seconds(waited)),
        "either packets do not get there or back (address, port, firewall), or the gateway drops"
            + " them: it does not know this key, has another key than --server-key, or has seen a"
            + " later time of this key. On the gateway: wg show INTERFACE public-key, peers,"
            + " listen-port");
  }

  private static Problem elsewhere(String from, String where) {
    return new Problem(
        "probe-elsewhere",
        where,
        "it answers from %s, and not from the address that was asked: who is behind a NAT or a firewall gets no answer"
            .formatted(from),
        "wireguard-go does so since 2023 (backstay regressions wireguard-go-source-address), and so"
            + " does a NAT in front of it. Let clients call %s, or let the gateway answer from the other one"
                .formatted(from));
  }

  private static Problem refused(String where) {
    return new Problem(
        "probe-refused",
        where,
        "the host answers that nothing listens on this port",
        "is the interface up, and is this its port? On the gateway: wg show INTERFACE listen-port");
  }

  private static Problem unreachable(String why, String where) {
    return new Problem(
        "probe-unreachable",
        where,
        "nothing can be sent there: " + why,
        "look at routes and firewall between this machine and the gateway");
  }

  private static String seconds(Duration length) {
    return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1000.0);
  }
}
