package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The program that carries datagrams on a gateway, by each way that it has, in each shell. */
@Timeout(60)
final class DatagramsProgramTest {
  private static final Path PROGRAM = Path.of("src/main/sh/datagrams").toAbsolutePath();

  static Stream<Arguments> ways() {
    return Stream.of(List.of("dash"), List.of("busybox", "sh"))
        .flatMap(shell -> Stream.of("perl", "bash").map(carrier -> Arguments.of(shell, carrier)));
  }

  private static Process start(List<String> shell, String carrier, int port) throws IOException {
    assumeTrue(
        Stream.of("/usr/bin/", "/bin/")
            .anyMatch(at -> Files.exists(Path.of(at + shell.getFirst()))));
    List<String> words = new ArrayList<>(shell);
    words.addAll(List.of(PROGRAM.toString(), "127.0.0.1", Integer.toString(port)));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("BACKSTAY_CARRIER", carrier);
    return builder.start();
  }

  private static void say(OutputStream out, byte[] datagram) throws IOException {
    out.write((HexFormat.of().formatHex(datagram) + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void datagrams_arrive_whole_and_apart_in_both_directions(List<String> shell, String carrier)
      throws Exception {
    // New lines, zeros and what a shell would expand are bytes like others.
    byte[] odd = "\n\0%s\\n$HOME\n".getBytes(StandardCharsets.US_ASCII);
    byte[] large = new byte[1452];
    new Random(5).nextBytes(large);
    try (DatagramSocket other = new DatagramSocket(loopback(0))) {
      Process process = start(shell, carrier, other.getLocalPort());
      try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
          OutputStream out = process.getOutputStream()) {
        assertThat(lines.readLine()).isEqualTo("carrier " + carrier);
        for (byte[] datagram : List.of(odd, large)) {
          say(out, datagram);
          DatagramPacket came = receive(other);
          assertThat(HexFormat.of().formatHex(came.getData(), 0, came.getLength()))
              .isEqualTo(HexFormat.of().formatHex(datagram));
          // One right behind the other, as the answers to two pings are.
          other.send(new DatagramPacket(large, large.length, came.getSocketAddress()));
          other.send(new DatagramPacket(odd, odd.length, came.getSocketAddress()));
          assertThat(lines.readLine()).isEqualTo(HexFormat.of().formatHex(large));
          assertThat(lines.readLine()).isEqualTo(HexFormat.of().formatHex(odd));
        }
      }
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ends with its input").isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_closed_port_is_told(List<String> shell, String carrier) throws Exception {
    int port;
    try (DatagramSocket socket = new DatagramSocket(loopback(0))) {
      port = socket.getLocalPort();
    }
    Process process = start(shell, carrier, port);
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
        OutputStream out = process.getOutputStream()) {
      assertThat(lines.readLine()).isEqualTo("carrier " + carrier);
      say(out, new byte[] {1, 2});
      assertThat(lines.readLine()).isEqualTo("refused");
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void where_nothing_can_send_that_is_said_with_the_remedy() throws Exception {
    Process process = start(List.of("dash"), "none", 9);
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "datagrams: nothing here can send a datagram: neither perl nor bash is there; install one of them\n");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_507], 65_507);
    socket.setSoTimeout(20_000);
    socket.receive(packet);
    return packet;
  }
}
