package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Cause;
import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that do not get on for real causes, as {@code backstay observe} tells them. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class ClassesOnGatewaysTest {
  private static final String GATEWAY = "gw1";
  private static final String CLIENTS = "clients";

  private final CommandInLab command;

  /** A client of the gateway that sends all the time. */
  private record Client(String name, String device, String key, String port) {}

  ClassesOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.command = new CommandInLab(lab, folder);
  }

  @AfterEach
  void asItWas() throws Exception {
    command.on(CLIENTS, "nft delete table inet causes 2>/dev/null || :");
    command.on(GATEWAY, "systemctl restart wg-quick@wg0");
    command.on(
        CLIENTS,
        "awk '$5 == \"198.19.1.1\" { print $1, $2 }' /run/lab-seed/clients | while read -r name device; do"
            + " ip netns exec $name wg setconf $device /run/lab-seed/wireguard/$name; done");
    command.on(
        GATEWAY,
        "until [ $(wg show wg0 latest-handshakes | awk '$2 > 0' | wc -l) -eq 20 ]; do sleep 1; done");
  }

  private List<Client> senders() throws Exception {
    String lines =
        command.on(
            CLIENTS,
            "awk '$5 == \"198.19.1.1\" && $6 == \"pings\" { print $1, $2 }' /run/lab-seed/clients | head -n 5 |"
                + " while read -r name device; do echo $name $device"
                + " $(ip netns exec $name wg show $device public-key)"
                + " $(ip netns exec $name wg show $device listen-port); done");
    return lines
        .lines()
        .map(line -> line.split(" "))
        .map(word -> new Client(word[0], word[1], word[2], word[3]))
        .toList();
  }

  /** The client forgets its session and begins anew. */
  private void begins(Client client) throws Exception {
    command.on(CLIENTS, beginning(client));
  }

  private static String beginning(Client client) {
    return "ip netns exec %1$s wg setconf %2$s /run/lab-seed/wireguard/%1$s"
        .formatted(client.name(), client.device());
  }

  /** The gateway forgets the session, and calls the client where it was last seen. */
  private void called(Client client) throws Exception {
    command.on(
        GATEWAY,
        """
        key='%s'
        at=$(wg show wg0 endpoints | awk -v key="$key" '$1 == key { print $2 }')
        ips=$(wg show wg0 allowed-ips | awk -v key="$key" '$1 == key { print $2 "," $3 }')
        wg set wg0 peer "$key" remove
        wg set wg0 peer "$key" endpoint "$at" allowed-ips "${ips%%,}" persistent-keepalive 1
        """
            .formatted(client.key()));
  }

  private void cause(Cause why, Client client) throws Exception {
    switch (why) {
      case REJECTED ->
          // It believes in another server key.
          command.on(
              CLIENTS,
              """
              other=$(wg genkey | wg pubkey)
              at=$(ip netns exec %1$s wg show %2$s endpoints | awk '{ print $2 }')
              ip netns exec %1$s sh -c '
                wg show %2$s peers | while read -r key; do wg set %2$s peer $key remove; done
                wg set %2$s peer "$0" endpoint "$1" allowed-ips 0.0.0.0/0,::/0 persistent-keepalive 5' "$other" "$at"
              """
                  .formatted(client.name(), client.device()));
      case UNCONFIRMED -> {
        command.on(
            GATEWAY,
            "wg genpsk | wg set wg0 peer '%s' preshared-key /dev/stdin".formatted(client.key()));
        begins(client);
      }
      case STALLED ->
          // What it sends is decrypted and refused.
          command.on(
              GATEWAY,
              "wg set wg0 peer '%s' allowed-ips 10.255.255.255/32".formatted(client.key()));
      case SILENT -> {
        drop("udp sport %s drop".formatted(client.port()));
        called(client);
      }
      case OLD_SESSION -> {
        drop("udp sport %s udp length 100 drop".formatted(client.port()));
        drop("udp sport %s udp length 156 drop".formatted(client.port()));
        called(client);
      }
      case OVERLOAD, OPEN, UNKNOWN -> throw new IllegalArgumentException("not made here");
    }
  }

  private void drop(String rule) throws Exception {
    command.on(
        CLIENTS,
        "nft 'add table inet causes; add chain inet causes output { type filter hook output priority 0; }; add rule inet causes output %s'"
            .formatted(rule));
  }

  @Test
  void each_cause_is_told_by_its_class_and_nobody_else_fails() throws Exception {
    List<Cause> causes =
        List.of(Cause.REJECTED, Cause.UNCONFIRMED, Cause.STALLED, Cause.SILENT, Cause.OLD_SESSION);
    List<Client> clients = senders();
    assertThat(clients).hasSize(causes.size());
    Map<String, String> wanted = new HashMap<>();
    Map<String, String> seen = new HashMap<>();
    Process observe = observe("120s");
    try (BufferedReader lines = observe.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < 8; i++) {
        assertThat(failing(lines)).as("before anything is wrong").isEmpty();
      }
      for (int i = 0; i < causes.size(); i++) {
        cause(causes.get(i), clients.get(i));
        wanted.put(clients.get(i).key(), causes.get(i).word());
      }
      while (!seen.equals(wanted)) {
        seen = failing(lines);
        assertThat(wanted.keySet()).as("nobody else").containsAll(seen.keySet());
      }
    } finally {
      CommandInLab.kill(observe);
    }
    assertThat(seen).isEqualTo(wanted);
  }

  /** The gateway remembers the latest time of each client (CVE-2021-46873), here one to come. */
  @Test
  void a_client_whose_clock_was_ahead_once_is_rejected_and_one_whose_clock_was_not_is_not()
      throws Exception {
    List<Client> clients = senders();
    Client ahead = clients.getFirst();
    Client right = clients.getLast();
    Process observe = observe("120s");
    try (BufferedReader lines = observe.inputReader(StandardCharsets.UTF_8)) {
      failing(lines);
      // Else the gateway calls it after fifteen seconds, and that heals it.
      for (Client client : List.of(ahead, right)) {
        command.on(
            CLIENTS,
            "nft 'add table inet causes; add chain inet causes input { type filter hook input priority 0; }; add rule inet causes input udp dport %s udp length 156 drop'"
                .formatted(client.port()));
      }
      // Renewed by anybody else in that second, a session is renewed again before it ends.
      command.on(
          CLIENTS,
          "date -s '+50 seconds' >/dev/null; %s; sleep 1; date -s '-50 seconds' >/dev/null"
              .formatted(beginning(ahead)));
      begins(ahead);
      begins(right);
      Map<String, String> seen = Map.of();
      while (!seen.containsKey(ahead.key())) {
        seen = failing(lines);
        assertThat(seen).doesNotContainKey(right.key());
      }
      assertThat(seen).containsEntry(ahead.key(), Cause.REJECTED.word());
    } finally {
      CommandInLab.kill(observe);
    }
  }

  @Test
  void a_gateway_under_load_puts_off_who_cannot_answer_cookies_and_takes_him_without_load()
      throws Exception {
    String server = command.on(GATEWAY, "wg show wg0 public-key");
    String port = command.on(GATEWAY, "wg show wg0 listen-port");
    Process flood =
        command.program(
            FloodInLab.class,
            command.on(GATEWAY, "cat /run/lab-seed/host").split(" ")[1],
            port,
            server);
    try (BufferedReader said = flood.inputReader(StandardCharsets.UTF_8);
        PrintWriter tell = new PrintWriter(flood.outputWriter(StandardCharsets.UTF_8), true)) {
      String key = said.readLine();
      command.on(GATEWAY, "wg set wg0 peer '%s' allowed-ips 10.254.254.254/32".formatted(key));
      tell.println("come");
      command.on(
          GATEWAY,
          "until wg show wg0 latest-handshakes | awk -v key='%s' '$1 == key && $2 > 0 { found = 1 } END { exit !found }'; do sleep 0.2; done"
              .formatted(key));
      Process observe = observe("300s");
      try (BufferedReader lines = observe.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 0; i < 3; i++) {
          assertThat(failing(lines)).doesNotContainKey(key);
        }
        tell.println("flood");
        // Its session is forgotten, and it is not called: it asks when nothing comes any more.
        command.on(
            GATEWAY,
            """
            at=$(wg show wg0 endpoints | awk -v key='%1$s' '$1 == key { print $2 }')
            wg set wg0 peer '%1$s' remove
            wg set wg0 peer '%1$s' endpoint "$at" allowed-ips 10.254.254.254/32
            """
                .formatted(key));
        Map<String, String> seen = Map.of();
        while (!seen.containsKey(key)) {
          seen = failing(lines);
        }
        assertThat(seen).containsEntry(key, Cause.OVERLOAD.word());
        tell.println("calm");
        while (seen.containsKey(key)) {
          seen = failing(lines);
        }
      } finally {
        CommandInLab.kill(observe);
      }
    } finally {
      CommandInLab.kill(flood);
    }
  }

  @Test
  void the_table_that_counts_is_gone_when_the_one_who_watches_is_killed() throws Exception {
    Process observe = observe("120s");
    try (BufferedReader lines = observe.inputReader(StandardCharsets.UTF_8)) {
      failing(lines);
      assertThat(command.on(GATEWAY, "nft list tables")).contains("backstay_observe_");
    } finally {
      CommandInLab.kill(observe);
    }
    command.on(
        GATEWAY,
        "n=0; while nft list tables | grep -q backstay_observe_; do n=$((n + 1)); [ $n -lt 60 ] || exit 1; sleep 0.5; done");
  }

  private Process observe(String length) throws IOException {
    return command.start("observe", GATEWAY, "-i", command.inventory(), "--json", "--for", length);
  }

  /** By key, of the next line. */
  private static Map<String, String> failing(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertThat(line).as("it tells on").isNotNull().startsWith("{");
    JsonNode told = JsonMapper.shared().readTree(line);
    Map<String, String> failing = new HashMap<>();
    told.path("failing")
        .forEach(one -> failing.put(one.path("peer").stringValue(), one.path("why").stringValue()));
    return failing;
  }
}
