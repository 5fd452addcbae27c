package dev.backstay.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.WireGuardGo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrowdOnWireguardGoTest {
  private static final int COUNT = 1000;
  private static final int OLD_KEYS = 40;
  private static final int STRANGERS = 60;

  /** Columns of a line of {@link CrowdProgram}. */
  private static final int CONNECTED = 0;

  private static final int MILLIS = 1;
  private static final int UNDECRYPTABLE = 2;
  private static final int DATA = 3;

  @TempDir private Path folder;

  @Test
  void a_thousand_clients_shake_hands_and_roam_but_for_those_whose_keys_are_wrong()
      throws IOException, InterruptedException {
    try (WireGuardGo server = WireGuardGo.start(folder)) {
      List<String> command = new ArrayList<>(server.outside());
      command.addAll(
          ChildJvm.command(
              CrowdProgram.class,
              WireGuardGo.address(0),
              String.valueOf(WireGuardGo.PORT),
              server.key(),
              String.valueOf(COUNT),
              String.valueOf(OLD_KEYS),
              "3"));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
          PrintWriter in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true)) {
        List<String> keys = keys(out);
        assertThat(keys).hasSize(COUNT);
        // The first have old keys, the last are not known.
        server.addPeers(keys.subList(0, COUNT - STRANGERS));
        Set<String> good = new HashSet<>(keys.subList(OLD_KEYS, COUNT - STRANGERS));
        in.println("come");
        await().atMost(Duration.ofSeconds(60)).until(() -> numbers(out)[CONNECTED] == good.size());
        int[] then = numbers(out);
        System.out.println(then[CONNECTED] + " clients connected after " + then[MILLIS] + " ms");
        assertThat(then[CONNECTED]).isEqualTo(good.size());
        assertThat(then[UNDECRYPTABLE]).isGreaterThanOrEqualTo(OLD_KEYS);
        // What the clients believe is what the server has confirmed.
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> Set.copyOf(server.connected()).equals(good));
        String one = good.iterator().next();
        String port = server.endpoint(one);
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.endpoint(one).equals(port));
        // It is heard at the port that it has now; one packet may just miss it.
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> {
              server.sendTo(one);
              return numbers(out)[DATA] > 0;
            });
        in.println("go");
        assertThat(process.waitFor()).isZero();
      } finally {
        process.destroy();
      }
    }
  }

  private static List<String> keys(BufferedReader out) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String line = out.readLine(); line != null && !line.isEmpty(); line = out.readLine()) {
      keys.add(line);
    }
    return keys;
  }

  /** What the crowd has counted when it printed its next line. */
  private static int[] numbers(BufferedReader out) throws IOException {
    return Arrays.stream(out.readLine().split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
