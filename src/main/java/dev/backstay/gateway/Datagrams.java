package dev.backstay.gateway;

import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Task;
import dev.backstay.time.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Datagrams between here and a UDP port as the gateway itself reaches it, carried by its shell.
 * Used by one thread.
 */
public final class Datagrams implements AutoCloseable {
  /** A busy gateway needs seconds to start a program. */
  private static final Duration START = Duration.ofSeconds(30);

  private static final String CARRIER = "carrier ";
  private static final String REFUSED = "refused";
  private static final int SHORTEST = 2;

  private final Shell.Conversation conversation;
  private final OutputStream out;
  private final Mailbox<Heard> mailbox;
  private final Task reader;

  /** What the gateway says. */
  public sealed interface Heard {
    record Datagram(byte[] bytes) implements Heard {}

    /** Nobody listens on that port. */
    record Refused() implements Heard {}

    /** It can carry datagrams from now on. */
    record Ready() implements Heard {}

    /** It carries none any more. */
    record Ended() implements Heard {}
  }

  private Datagrams(Shell.Conversation conversation, Time time) {
    this.conversation = conversation;
    this.out = conversation.input();
    this.mailbox = time.mailbox();
    this.reader = time.start("datagrams", this::read);
  }

  /**
   * Returns when the gateway is ready.
   *
   * @throws GatewayRefusedException if nothing there can send a datagram
   * @throws GatewayLostException if it does not answer
   */
  static Datagrams over(Shell shell, Shell.Conversation conversation, Time time)
      throws InterruptedException {
    Datagrams datagrams = new Datagrams(conversation, time);
    Optional<Heard> first = datagrams.next(START);
    if (first.orElse(new Heard.Ended()) instanceof Heard.Ready) {
      return datagrams;
    }
    Outcome end = conversation.await(Duration.ofSeconds(1));
    datagrams.close();
    throw switch (end) {
      case Outcome.Exited(int status, _, String error, _) ->
          new GatewayRefusedException(
              shell.gateway(), "datagrams", status, error.strip().replaceFirst("^datagrams: ", ""));
      case Outcome.Signalled _, Outcome.Lost _ ->
          new GatewayLostException(shell.gateway(), "its shell carries no datagrams");
    };
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(conversation.output(), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard(line).ifPresent(mailbox::put);
      }
    } catch (IOException gone) {
      // As if it had ended: whoever listens is told below.
    }
    mailbox.put(new Heard.Ended());
  }

  private static Optional<Heard> heard(String line) {
    if (line.startsWith(CARRIER)) {
      return Optional.of(new Heard.Ready());
    }
    if (line.equals(REFUSED)) {
      return Optional.of(new Heard.Refused());
    }
    try {
      return line.length() < SHORTEST
          ? Optional.empty()
          : Optional.of(new Heard.Datagram(HexFormat.of().parseHex(line)));
    } catch (IllegalArgumentException noHex) {
      return Optional.empty();
    }
  }

  public void send(byte[] datagram) throws IOException {
    out.write((HexFormat.of().formatHex(datagram) + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Nothing if none comes in time. */
  public Optional<Heard> next(Duration atMost) throws InterruptedException {
    return mailbox.poll(atMost);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException gone) {
      // It has ended by itself.
    }
    conversation.close();
    reader.close();
  }
}
