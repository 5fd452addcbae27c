package dev.backstay.health;

import static java.util.function.Predicate.not;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The clients that were active before the change, fixed there: they are the denominator of every
 * gate.
 *
 * @param interfaces what each interface was: its key, its port, its peers
 * @param active peers with a living session that sent something while we looked
 * @param idle peers that were configured but not active; shown, never counted
 */
public record Baseline(
    Map<String, InterfaceIdentity> interfaces, List<ActivePeer> active, int idle, String boot) {

  /** What must be the same after the change. */
  public record InterfaceIdentity(String publicKey, int port, Set<PublicKey> peers) {
    public InterfaceIdentity {
      peers = Set.copyOf(peers);
    }
  }

  /**
   * @param endpoint where it was last seen, {@code address:port}
   */
  public record ActivePeer(String network, PublicKey key, String endpoint)
      implements Comparable<ActivePeer> {
    private static final Comparator<ActivePeer> ORDER =
        Comparator.comparing(ActivePeer::network).thenComparing(ActivePeer::key);

    @Override
    public int compareTo(ActivePeer other) {
      return ORDER.compare(this, other);
    }
  }

  public Baseline {
    interfaces = Map.copyOf(interfaces);
    active = List.copyOf(active);
  }

  /**
   * Active is a peer with a handshake younger than {@link Timing#REJECT_AFTER} from which bytes
   * came between the two observations: silent peers never handshake, so they would look like
   * failures.
   *
   * @param first an observation at the start of the baseline
   * @param last one at its end
   */
  public static Baseline between(Observation first, Observation last) {
    return between(first, last, Set.of());
  }

  /**
   * The same.
   *
   * @param noClients peers that are there for probes; neither active nor idle, and still to be
   *     there after the change
   */
  public static Baseline between(Observation first, Observation last, Set<PublicKey> noClients) {
    Map<String, InterfaceIdentity> identities = new TreeMap<>();
    List<ActivePeer> active = new ArrayList<>();
    int peers = 0;
    for (Map.Entry<String, InterfaceSample> entry : last.interfaces().entrySet()) {
      InterfaceSample now = entry.getValue();
      if (!now.present()) {
        continue;
      }
      identities.put(
          entry.getKey(),
          new InterfaceIdentity(now.publicKey(), now.port(), now.handshakes().keySet()));
      peers += (int) now.handshakes().keySet().stream().filter(not(noClients::contains)).count();
      InterfaceSample before = first.interfaces().getOrDefault(entry.getKey(), now);
      now.handshakes()
          .forEach((key, second) -> {
            boolean alive =
                second > 0
                    && age(key, second, before, first, last) < Timing.REJECT_AFTER.toSeconds();
            if (!noClients.contains(key) && alive && received(now, key) > received(before, key)) {
              active.add(
                  new ActivePeer(entry.getKey(), key, now.endpoints().getOrDefault(key, "")));
            }
          });
    }
    active.sort(Comparator.naturalOrder());
    return new Baseline(identities, active, peers - active.size(), last.boot());
  }

  /**
   * In seconds; of a handshake that both saw by the clock of the first, for it may be set since.
   */
  private static double age(
      PublicKey key, long second, InterfaceSample before, Observation first, Observation last) {
    boolean old = before.handshakes().getOrDefault(key, 0L) == second;
    return old ? first.clock() - second + (last.uptime() - first.uptime()) : last.clock() - second;
  }

  /**
   * The same clients, where interfaces are to be others than before. Who is no peer any more, or
   * knows the interface by another key, cannot come back and is not waited for.
   *
   * @param wanted interfaces that change, as they are to be; a port of 0 is whatever there is
   */
  public Baseline expecting(Map<String, InterfaceIdentity> wanted) {
    Map<String, InterfaceIdentity> after = new TreeMap<>(interfaces);
    after.putAll(wanted);
    List<ActivePeer> stay =
        active.stream()
            .filter(peer -> {
              InterfaceIdentity then = after.get(peer.network());
              InterfaceIdentity now = interfaces.get(peer.network());
              return then != null
                  && now != null
                  && then.publicKey().equals(now.publicKey())
                  && then.peers().contains(peer.key());
            })
            .toList();
    return new Baseline(after, stay, idle + active.size() - stay.size(), boot);
  }

  /** The same in another boot: that of a restart that was meant. */
  public Baseline inBoot(String id) {
    return new Baseline(interfaces, active, idle, id);
  }

  /**
   * The same without clients of whom the change itself makes something else, so that whether they
   * are heard says nothing. By interface.
   */
  public Baseline excusing(Map<String, Set<PublicKey>> excused) {
    List<ActivePeer> stay =
        active.stream()
            .filter(peer -> !excused.getOrDefault(peer.network(), Set.of()).contains(peer.key()))
            .toList();
    return new Baseline(interfaces, stay, idle + active.size() - stay.size(), boot);
  }

  private static long received(InterfaceSample sample, PublicKey key) {
    return sample.transfer().getOrDefault(key, new Transfer(0, 0)).received();
  }
}
