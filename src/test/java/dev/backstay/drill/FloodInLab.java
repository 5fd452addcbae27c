package dev.backstay.drill;

import dev.backstay.crowd.Crowd;
import dev.backstay.crowd.Habits;
import dev.backstay.crowd.Member;
import dev.backstay.time.Time;
import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Tai64n;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client that cannot answer cookies, and strangers that ask for so many handshakes that a gateway
 * is under load. A process of its own, for the lab's network. Prints the client's public key, lets
 * it come when it reads a line, and the flood when it reads a second; ends with its input.
 */
final class FloodInLab {
  private static final int STRANGERS = 64;
  private static final int BURST = 1500;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private FloodInLab() {}

  /**
   * @param arguments address, port and public key of the gateway
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SecureRandom random = new SecureRandom();
    InetSocketAddress gateway = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    PublicKey server = new PublicKey(arguments[2]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrivateKey own = PrivateKey.generate(random);
    System.out.println(own.publicKey());
    in.readLine();
    Habits habits =
        Habits.ordinary()
            .talking(Duration.ofSeconds(1), FloodInLab::packet)
            .impatient()
            .ignorantOfCookies();
    Member member = new Member(Peering.of(own, server, PresharedKey.none()), gateway, habits);
    try (Crowd crowd = Crowd.start(List.of(member), Duration.ZERO, Time.real(), random)) {
      in.readLine();
      flood(gateway, server, random, in);
    }
  }

  private static void flood(
      InetSocketAddress gateway, PublicKey server, SecureRandom random, BufferedReader in)
      throws IOException, InterruptedException {
    List<ByteBuffer> asking = new ArrayList<>();
    for (int i = 0; i < STRANGERS; i++) {
      try (Peering stranger = Peering.of(PrivateKey.generate(random), server, PresharedKey.none());
          Initiator one =
              Initiator.begin(stranger, Tai64n.of(Instant.now()), Optional.empty(), random)) {
        asking.add(ByteBuffer.wrap(one.message()));
      }
    }
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(gateway);
      while (!in.ready()) {
        for (int i = 0; i < BURST; i++) {
          channel.write(asking.get(i % STRANGERS).rewind());
        }
        Time.real().sleep(PAUSE);
      }
    }
  }

  /** Nobody answers it: what matters is that it is sent. */
  private static byte[] packet() {
    byte[] packet = new byte[20];
    packet[0] = 0x45;
    packet[3] = (byte) packet.length;
    return packet;
  }
}
