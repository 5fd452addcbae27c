package dev.backstay.probe;

import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Tai64n;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps a server under load until its standard input ends: bursts of initiations of somebody it
 * does not know, which it has to look into. wireguard-go is under load for a second once 128 of
 * them wait ({@code IsUnderLoad}); a queue that is full would drop the probe's as well, so there
 * are pauses.
 */
final class Flood {
  private static final int BURST = 500;
  private static final long PAUSE_MILLIS = 200;

  private Flood() {}

  /**
   * @param arguments address, port and public key of the server
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SecureRandom random = new SecureRandom();
    InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    byte[] message;
    try (PrivateKey own = PrivateKey.generate(random);
        PresharedKey none = PresharedKey.none();
        Peering peering = Peering.of(own, new PublicKey(arguments[2]), none);
        Initiator initiator =
            Initiator.begin(peering, Tai64n.of(Instant.now()), Optional.empty(), random)) {
      message = initiator.message();
    }
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(server);
      while (System.in.available() == 0) {
        for (int i = 0; i < BURST; i++) {
          channel.write(ByteBuffer.wrap(message));
        }
        System.out.println("burst");
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}
