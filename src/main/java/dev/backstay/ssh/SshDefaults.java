package dev.backstay.ssh;

import java.time.Duration;
import java.util.List;

/** Every knob of the transport in one place, each with the reason for its value. */
final class SshDefaults {
  /**
   * Key exchanges, preferred first. curve25519 leads because the library computes it natively: 40
   * handshakes at once took 0.9 s, against 4.6 s with sntrup761 in pure Java, which the library
   * prefers. The post-quantum ones follow for servers that insist.
   */
  static final List<String> KEY_EXCHANGES =
      List.of(
          "curve25519-sha256",
          "curve25519-sha256@libssh.org",
          "mlkem768x25519-sha256",
          "sntrup761x25519-sha512",
          "sntrup761x25519-sha512@openssh.com",
          "ecdh-sha2-nistp256",
          "ecdh-sha2-nistp384",
          "ecdh-sha2-nistp521",
          "diffie-hellman-group16-sha512",
          "diffie-hellman-group14-sha256");

  /**
   * TCP's own first retries come after 1 s and 3 s; a third lost SYN means that nobody is there.
   */
  static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Covers key exchange and authentication on a gateway that is slow but alive. */
  static final Duration AUTH_LIMIT = Duration.ofSeconds(30);

  /**
   * Connections that are being made at the same time. Each costs both sides a key exchange: more at
   * once end no sooner, and where the processors are few the last of a thousand would meet {@link
   * #AUTH_LIMIT} before their turn. Enough that some that do not answer hold up nobody else for
   * long. A jump host sees one connection of ours, whatever number goes through it, so its
   * MaxStartups is no matter.
   */
  static final int DIALS_AT_ONCE = 50;

  /** With {@link #UNANSWERED_HEARTBEATS}, a dead link is noticed within a minute. */
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** One or two lost answers are a bad network, three are a dead link. */
  static final int UNANSWERED_HEARTBEATS = 3;

  /** Two below OpenSSH's MaxSessions of 10: a session just closed may still be counted there. */
  static final int CHANNELS_PER_CONNECTION = 8;

  /** Between two attempts to open a channel; lets the far side finish a close. */
  static final Duration CHANNEL_RETRY_PAUSE = Duration.ofMillis(100);

  /** How long the far side may take to confirm that a channel is open. */
  static final Duration CHANNEL_OPEN_LIMIT = Duration.ofSeconds(15);

  /** How long writing the close of a channel may take. */
  static final Duration CHANNEL_CLOSE_LIMIT = Duration.ofSeconds(5);

  /** How long a program may take to end once nobody listens to it any more. */
  static final Duration STREAM_CLOSE_LIMIT = Duration.ofSeconds(3);

  /** How long a connection may take to say good-bye before it is cut. */
  static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(2);

  /** Bytes read from a channel at a time: one packet of OpenSSH. */
  static final int CHUNK = 32 * 1024;

  private SshDefaults() {}
}
