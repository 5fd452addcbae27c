package dev.backstay.crowd;

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
 * Ordinary clients of one server for {@code src/bench/collector}: prints their public keys, comes
 * when it reads a line, says when all are connected, and goes at the end of its input.
 */
final class ManyClients {
  private ManyClients() {}

  /**
   * @param arguments address, port and public key of the server, how many come, and within how many
   *     seconds
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SecureRandom random = new SecureRandom();
    InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    PublicKey key = new PublicKey(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      try (PrivateKey own = PrivateKey.generate(random)) {
        System.out.println(own.publicKey());
        members.add(
            new Member(Peering.of(own, key, PresharedKey.none()), server, Habits.ordinary()));
      }
    }
    System.out.println();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    in.readLine();
    Time time = Time.real();
    Duration within = Duration.ofSeconds(Integer.parseInt(arguments[4]));
    try (Crowd crowd = Crowd.start(members, within, time, random)) {
      while (crowd.seen().values().stream().filter(one -> one.handshakes() > 0).count() < count) {
        time.sleep(Duration.ofMillis(200));
      }
      System.out.println("all");
      in.readLine();
    }
  }
}
