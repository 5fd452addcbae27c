package dev.backstay.crowd;

import dev.backstay.time.Task;
import dev.backstay.time.Time;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PublicKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Clients that one thread carries the datagrams of. They come one after the other, evenly over a
 * time of choice, and stay until this is closed. Safe for use by several threads.
 */
public final class Crowd implements AutoCloseable {
  /** No datagram of a tunnel with a usual MTU is longer. */
  private static final int LONGEST = 2048;

  private static final int AT_ONCE = 8;

  private final Time time;
  private final Selector selector;
  private final List<Place> places = new ArrayList<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Map<PublicKey, Seen> seen = new ConcurrentHashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final Task task;

  /** A client with its port. */
  private static final class Place {
    private final PublicKey key;
    private final Client client;
    private final InetSocketAddress gateway;
    private final long roaming;
    private DatagramChannel channel;
    private long roamAt;
    private boolean begun;

    /** The earliest moment for which it stands in the queue. */
    private long queued = Long.MAX_VALUE;

    private Place(PublicKey key, Client client, Member member, DatagramChannel channel) {
      this.key = key;
      this.client = client;
      this.gateway = member.gateway();
      this.roaming = member.habits().roaming().map(Duration::toNanos).orElse(Long.MAX_VALUE);
      this.roamAt = Long.MAX_VALUE;
      this.channel = channel;
    }

    private long wakeAt() {
      return Math.min(client.wakeAt(), roamAt);
    }
  }

  /** One that became stale stays until its time comes; then its client is asked for a new one. */
  private record Due(long at, Place place) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(at, other.at);
    }
  }

  private Crowd(List<Member> members, Duration within, Time time, SecureRandom random)
      throws IOException {
    this.time = time;
    this.selector = Selector.open();
    long now = time.nanos();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Client client = new Client(member.peering(), member.habits(), time.clock(), random);
      Place place = new Place(member.peering().ownKey(), client, member, open(member.gateway()));
      place.channel.register(selector, SelectionKey.OP_READ, place);
      places.add(place);
      queue(place, now + within.toNanos() * i / members.size());
    }
    this.task = time.start("crowd", this::run);
  }

  /**
   * @param within the time over which they come
   * @throws UncheckedIOException if this process may not have so many ports
   */
  public static Crowd start(List<Member> members, Duration within, Time time, SecureRandom random) {
    try {
      return new Crowd(members, within, time, random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the key of each client. Those that have not come yet are not there. */
  public Map<PublicKey, Seen> seen() {
    return Map.copyOf(seen);
  }

  /**
   * From now on these clients shake hands with other keys; their sessions live on.
   *
   * @param others by the key of each client; taken over
   */
  public void rekey(Map<PublicKey, Peering> others) {
    orders.add(() ->
        places.forEach(place -> {
          Peering other = others.get(place.key);
          if (other != null) {
            place.client.rekey(other);
          }
        }));
    selector.wakeup();
  }

  private static DatagramChannel open(InetSocketAddress gateway) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.connect(gateway);
    return channel;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
          order.run();
        }
        if (wakeSomeWhoseTimeHasCome()) {
          selector.selectNow(this::receive);
        } else {
          selector.select(this::receive, millisUntilNext());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At least one, because zero would mean for ever. */
  private long millisUntilNext() {
    long wait = due.isEmpty() ? Long.MAX_VALUE : due.element().at() - time.nanos();
    return Math.max(1, Math.min(wait / 1_000_000, Duration.ofSeconds(1).toMillis()));
  }

  /**
   * A few at a time, so that answers are not kept waiting while many come at once.
   *
   * @return whether there may be more
   */
  private boolean wakeSomeWhoseTimeHasCome() {
    for (int i = 0; i < AT_ONCE; i++) {
      long now = time.nanos();
      if (due.isEmpty() || due.element().at() > now) {
        return false;
      }
      wake(due.remove().place(), now);
    }
    return true;
  }

  private void wake(Place place, long now) {
    place.queued = Long.MAX_VALUE;
    if (!place.begun) {
      place.begun = true;
      place.roamAt = later(now, place.roaming);
      sendAll(place, place.client.begin(now));
    } else if (place.roamAt <= now) {
      roam(place, now);
    } else if (place.client.wakeAt() <= now) {
      sendAll(place, place.client.woken(now));
    }
    note(place);
  }

  private void receive(SelectionKey ready) {
    Place place = (Place) ready.attachment();
    try {
      buffer.clear();
      int length = place.channel.read(buffer);
      if (length > 0) {
        byte[] datagram = Arrays.copyOf(buffer.array(), length);
        sendAll(place, place.client.received(datagram, time.nanos()));
        note(place);
      }
    } catch (IOException refused) {
      // Nobody listens there now. A client tries again when its time comes.
    }
  }

  private void note(Place place) {
    seen.put(place.key, place.client.seen());
    queue(place, place.wakeAt());
  }

  private void queue(Place place, long at) {
    if (at < place.queued) {
      place.queued = at;
      due.add(new Due(at, place));
    }
  }

  private static void sendAll(Place place, List<byte[]> datagrams) {
    for (byte[] datagram : datagrams) {
      try {
        place.channel.write(ByteBuffer.wrap(datagram));
      } catch (IOException lost) {
        // As if it had been lost on its way.
      }
    }
  }

  /** Another port, if there is one; the gateway learns of it when the client speaks next. */
  private void roam(Place place, long now) {
    place.roamAt = later(now, place.roaming);
    try {
      DatagramChannel next = open(place.gateway);
      next.register(selector, SelectionKey.OP_READ, place);
      place.channel.close();
      place.channel = next;
    } catch (IOException noneFree) {
      // Then it stays where it is.
    }
  }

  private static long later(long now, long time) {
    return time == Long.MAX_VALUE ? time : now + time;
  }

  @Override
  public void close() {
    task.close();
    try {
      for (Place place : places) {
        place.channel.close();
        place.client.close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
