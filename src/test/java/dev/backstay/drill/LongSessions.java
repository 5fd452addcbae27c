package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * TCP sessions of clients of the lab's pair with a service behind its switch, each begun once: one
 * that breaks is not made anew.
 */
final class LongSessions {
  private static final String SERVICE = "198.18.5.1 7777";
  private static final List<String> CLIENTS = List.of("gw1-c01", "gw2-c01");

  private final CommandInLab command;

  private LongSessions(CommandInLab command) {
    this.command = command;
  }

  static LongSessions begin(CommandInLab command) throws Exception {
    LongSessions sessions = new LongSessions(command);
    command.on(
        "lb1",
        "systemd-run --quiet --unit=service perl /run/lab-seed/guest-session serve " + SERVICE);
    for (String client : CLIENTS) {
      command.on(
          "clients",
          "setsid ip netns exec %1$s perl /run/lab-seed/guest-session call %2$s /run/session-%1$s >/dev/null 2>&1 </dev/null &"
              .formatted(client, SERVICE));
    }
    sessions.assertTheyGoOn();
    return sessions;
  }

  void assertTheyGoOn() {
    for (String client : CLIENTS) {
      long[] before = {-1};
      Awaitility.await(client)
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(2))
          .until(() -> {
            String[] now = command.on("clients", "cat /run/session-" + client).split(" ", 3);
            assertThat(now[2]).as(client).isEqualTo("open");
            long count = Long.parseLong(now[0]);
            boolean goesOn = before[0] >= 0 && count > before[0];
            before[0] = count;
            if (goesOn) {
              System.out.printf("%s: %s answers, longest pause %s s%n", client, now[0], now[1]);
            }
            return goesOn;
          });
    }
  }
}
