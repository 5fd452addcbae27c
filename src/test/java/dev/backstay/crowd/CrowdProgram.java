package dev.backstay.crowd;

import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A crowd in a process of its own, which can be started in a network namespace. Prints the public
 * keys of its clients, comes when it reads a line, and prints how many of them are connected until
 * it reads another.
 */
final class CrowdProgram {
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(100);

  private CrowdProgram() {}

  /**
   * @param arguments address, port and public key of the server, how many come, how many of those
   *     with a preshared key that it does not have, and how often they get another port, in seconds
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SecureRandom random = new SecureRandom();
    InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    PublicKey key = new PublicKey(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    int old = Integer.parseInt(arguments[4]);
    Habits habits =
        Habits.ordinary()
            .keepingAlive(Duration.ofSeconds(1))
            .roamingEvery(Duration.ofSeconds(Integer.parseInt(arguments[5])));
    List<Member> members = new ArrayList<>();
    byte[] other = "A".repeat(42).concat("E=").getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      try (PrivateKey own = PrivateKey.generate(random);
          PresharedKey preshared =
              i < old ? PresharedKey.parse(other).orElseThrow() : PresharedKey.none()) {
        System.out.println(own.publicKey());
        members.add(new Member(Peering.of(own, key, preshared), server, habits));
      }
    }
    System.out.println();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    in.readLine();
    Time time = Time.real();
    Deadline begin = time.in(Duration.ZERO);
    try (Crowd crowd = Crowd.start(members, WITHIN, time, random)) {
      while (!in.ready()) {
        time.sleep(LOOK);
        System.out.println(
            crowd.seen().values().stream().filter(one -> one.handshakes() > 0).count()
                + " "
                + begin.left().negated().toMillis()
                + " "
                + crowd.seen().values().stream().mapToInt(Seen::undecryptable).sum()
                + " "
                + crowd.seen().values().stream().mapToInt(Seen::received).sum());
      }
    }
  }
}
