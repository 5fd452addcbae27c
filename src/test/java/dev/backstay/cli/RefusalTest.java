package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.testing.FakeGateway;
import dev.backstay.testing.RealSshd;
import dev.backstay.testing.SshKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What cannot be done is refused with one sentence that names the place and one that names the
 * remedy, and leaves nothing behind. Each test is a transcript of the terminal.
 */
class RefusalTest {
  private static final int ERROR = 1;
  private static final int CHANGES_PENDING = 2;
  private static final int USAGE = 64;

  private static final String PLAYBOOK =
      """
      kind: Playbook
      name: module-1.0.1
      select: gw1
      change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
      """;

  @TempDir static Path elsewhere;

  private static FakeGateway healthy;

  @TempDir private Path folder;

  private Workplace here;
  private Path inventory;
  private Path playbook;

  @BeforeAll
  static void start() {
    healthy = FakeGateway.start(elsewhere.resolve("healthy"));
  }

  @AfterAll
  static void stop() {
    healthy.close();
  }

  @BeforeEach
  void makeAWorkingDirectory() throws IOException {
    // As the command sees it, whatever links lead to the temporary folder.
    here = Workplace.made(folder.toRealPath());
    here.keepsSecret(healthy.server().userKey());
    inventory = here.inventory(fleet(healthy.server()));
    playbook = here.playbook(PLAYBOOK);
  }

  private static String fleet(RealSshd server) {
    return fleet(server.port(), server.userKey(), server.knownHosts());
  }

  private static String fleet(int port, Path identity, Path knownHosts) {
    return """
    kind: Inventory
    ssh: {user: %s, identity: %s, knownHosts: %s}
    gateways:
      gw1: {host: 127.0.0.1, port: %d, tags: [edge], site: lab}
    """
        .formatted(System.getProperty("user.name"), identity, knownHosts, port);
  }

  /** The playbook is refused by both commands that take one, in the same words. */
  private void refuses(String... lines) {
    Seen plan = here.refused("plan", playbook.toString());
    assertThat(plan.err()).isEqualTo(String.join("\n", lines) + "\n");
    assertThat(plan.out()).isEmpty();
    assertThat(plan.status()).isEqualTo(ERROR);
    assertThat(here.refused("apply", "--yes", playbook.toString())).isEqualTo(plan);
    assertThat(here.path(".backstay/rollouts")).doesNotExist();
  }

  private void refused(Seen seen, int status, String... lines) {
    assertThat(seen.err()).isEqualTo(String.join("\n", lines) + "\n");
    assertThat(seen.out()).isEmpty();
    assertThat(seen.status()).isEqualTo(status);
  }

  @Test
  void a_healthy_gateway_is_planned_so_that_each_refusal_here_has_a_reason_of_its_own() {
    Seen plan = here.run("plan", playbook.toString());
    assertThat(plan.err()).isEmpty();
    assertThat(plan.out())
        .startsWith(
            """
            Plan for playbook module-1.0.1
              wave 1 (canary)
                gw1  wireguard-dkms 1.0.0 → 1.0.1, then reload-module on wg0
            """)
        .containsPattern("Kept as plans/module-1.0.1-[0-9-]+\\.json \\(hash [0-9a-f]{12}…\\)");
    assertThat(plan.status()).isEqualTo(CHANGES_PENDING);
  }

  @Test
  void an_unknown_gateway_is_named_with_its_place_and_the_one_that_was_meant() {
    here.playbook(PLAYBOOK.replace("gw1", "[gw1, gw11]"));
    refuses(
        "backstay: " + playbook + ":3:9: there is no gateway \"gw11\".",
        "  hint: did you mean \"gw1\"?");
  }

  @Test
  void an_unknown_gateway_on_the_command_line_is_named() {
    refused(
        here.refused("facts", "gw11"),
        ERROR,
        "backstay: command line: there is no gateway \"gw11\".",
        "  hint: did you mean \"gw1\"?");
  }

  @Test
  void a_tag_that_nobody_has_selects_nothing_and_the_tags_that_exist_are_named() {
    here.playbook(PLAYBOOK.replace("gw1", "tag:core"));
    refuses(
        "backstay: " + playbook + ":3:9: no gateway has the tag \"core\".",
        "  hint: tags: edge; groups: none; sites: lab.");
  }

  @Test
  void an_empty_list_selects_nothing_and_not_everything() {
    here.playbook(PLAYBOOK.replace("gw1", "[]"));
    refuses(
        "backstay: " + playbook + ":3:9: nothing is selected.",
        "  hint: name gateways, tag:…, group:…, site:…, or all.");
  }

  @Test
  void a_playbook_without_a_selection_is_told_which_key_it_needs() {
    here.playbook(PLAYBOOK.replace("select: gw1\n", ""));
    refuses("backstay: " + playbook + ":1:1: a playbook needs the key \"select\".");
  }

  @Test
  void a_selection_without_a_value_is_told_what_is_expected() {
    here.playbook(PLAYBOOK.replace("gw1", ""));
    refuses("backstay: " + playbook + ":3:8: this is empty; expected is a selection.");
  }

  @Test
  void everything_is_selected_only_by_somebody_who_knows_how_much_it_is() {
    here.playbook(PLAYBOOK.replace("gw1", "all"));
    refuses(
        "backstay: "
            + playbook
            + ":3:9: all gateways are selected, and their number was not confirmed.",
        "  hint: look at " + inventory + " first, then say how many you expect: --all COUNT.");
    assertThat(here.refused("plan", "--all", "2", playbook.toString()).err())
        .startsWith("backstay: " + playbook + ":3:9: all is 1 gateway, not 2.\n");
    assertThat(here.run("plan", "--all", "1", playbook.toString()).status())
        .isEqualTo(CHANGES_PENDING);
  }

  @Test
  void a_host_that_cannot_be_reached_is_named_with_a_command_to_try() throws IOException {
    // Bound and not listening: nobody else can come to listen there meanwhile.
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      int port = silent.getLocalPort();
      RealSshd server = healthy.server();
      here.inventory(fleet(port, server.userKey(), server.knownHosts()));
      refuses(unreachable("gw1", port));
      refused(here.refused("facts", "gw1"), ERROR, unreachable("gw1", port));
    }
  }

  private static String[] unreachable(String gateway, int port) {
    return new String[] {
      "backstay: "
          + gateway
          + ": 127.0.0.1 port "
          + port
          + " cannot be reached: the connection was refused, so nothing listens on that port.",
      "  hint: try: ssh -p " + port + " " + System.getProperty("user.name") + "@127.0.0.1"
    };
  }

  @Test
  void every_gateway_that_cannot_be_reached_is_named_and_the_others_still_tell_their_facts()
      throws IOException {
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      int port = silent.getLocalPort();
      String line = "  %s: {host: 127.0.0.1, port: " + port + ", tags: [edge]}\n";
      here.inventory(
          fleet(healthy.server())
              .replace("  gw1:", line.formatted("gw0") + "  gw1:")
              .concat(line.formatted("gw2")));
      here.playbook(PLAYBOOK.replace("gw1", "tag:edge"));
      String[] gw0 = unreachable("gw0", port);
      String[] gw2 = unreachable("gw2", port);
      String count = "backstay: 2 problems; nothing was changed";
      refuses(gw0[0], gw0[1], gw2[0], gw2[1], count);

      Seen facts = here.refused("facts", "tag:edge");
      assertThat(facts.out()).startsWith("gw1\n  kernel ");
      assertThat(facts.err()).startsWith(gw0[0]).endsWith(count + "\n");
      assertThat(facts.status()).isEqualTo(ERROR);
    }
  }

  @Test
  void an_unknown_host_key_is_refused_with_the_line_that_would_make_it_known() throws IOException {
    RealSshd server = healthy.server();
    Path knownHosts = here.write("known_hosts", "");
    here.inventory(fleet(server.port(), server.userKey(), knownHosts));
    refuses(
        "backstay: gw1: the host key of 127.0.0.1 port "
            + server.port()
            + " is not in "
            + knownHosts
            + ".",
        "  hint: its fingerprint is ssh-ed25519 "
            + SshKeys.fingerprint(server.hostKey())
            + ". Compare it with the one read on the host itself (ssh-keygen -lf"
            + " /etc/ssh/ssh_host_ed25519_key.pub), and only if they are equal add this line:",
        server.knownHostsLine());

    String line = here.refused("plan", playbook.toString()).err().lines().toList().getLast();
    Files.writeString(knownHosts, line + "\n");
    assertThat(here.run("plan", playbook.toString()).status()).isEqualTo(CHANGES_PENDING);
  }

  @Test
  void a_changed_host_key_is_refused_with_both_fingerprints_and_the_line_that_holds_the_old_one()
      throws IOException {
    RealSshd server = healthy.server();
    Path other = SshKeys.generate(folder.resolve("other"));
    String line =
        "[127.0.0.1]:" + server.port() + " " + Files.readString(SshKeys.publicHalf(other));
    Path knownHosts = here.write("known_hosts", "# ours\n" + line);
    here.inventory(fleet(server.port(), server.userKey(), knownHosts));
    refuses(
        "backstay: gw1: the host key of 127.0.0.1 port "
            + server.port()
            + " has changed: "
            + knownHosts
            + ":2 holds ssh-ed25519 "
            + SshKeys.fingerprint(other)
            + ", the server shows ssh-ed25519 "
            + SshKeys.fingerprint(server.hostKey())
            + ".",
        "  hint: either the host was installed anew, or somebody is between you and it. Ask whoever"
            + " runs it for the new fingerprint over another way; only if it is the one above,"
            + " replace that line.");
  }

  @Test
  void a_key_that_the_host_refuses_is_named_by_its_fingerprint_and_file() {
    RealSshd server = healthy.server();
    Path stranger = SshKeys.generate(folder.resolve("stranger"));
    here.keepsSecret(stranger);
    here.inventory(fleet(server.port(), stranger, server.knownHosts()));
    Seen seen = here.refused("apply", "--yes", playbook.toString());
    // An agent of whoever runs the test may have offered more.
    assertThat(seen.err())
        .startsWith(
            "backstay: gw1: 127.0.0.1 port %d lets %s in with no key of ours; offered w"
                .formatted(server.port(), server.user()))
        .contains("ssh-ed25519 " + SshKeys.fingerprint(stranger) + " (" + stranger + ")")
        .endsWith(
            "  hint: add the public key to authorized_keys of %s there, or name the right identity in the inventory.\n"
                .formatted(server.user()))
        .hasLineCount(2);
    assertThat(seen.out()).isEmpty();
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void a_gateway_without_wg_and_without_systemd_is_told_both_and_what_to_do(@TempDir Path other) {
    try (FakeGateway bare = FakeGateway.start(other).without("wg").withoutSystemd()) {
      here.inventory(fleet(bare.server()));
      refuses(
          "backstay: gw1: no systemd runs here (init is other), and the dead-man switch needs its"
              + " timers",
          "  hint: leave this gateway out of the selection; other init systems are not supported"
              + " yet",
          "backstay: gw1: the program wg is missing",
          "  hint: install it on the gateway: apt-get install wireguard-tools",
          "backstay: 2 problems; nothing was changed");
    }
  }

  @Test
  void a_version_that_the_gateway_cannot_get_is_refused_with_those_it_can() {
    here.playbook(PLAYBOOK.replace("1.0.1}", "1.0.2}"));
    refuses(
        "backstay: gw1: package wireguard-dkms has no version 1.0.2 here",
        "  hint: known versions: 1.0.0, 1.0.1; `apt-get update` on the gateway may bring more");
  }

  @Test
  void an_account_that_may_not_log_in_is_quoted_with_its_own_sentence(@TempDir Path other) {
    noGateway(
        other,
        "echo 'This account is currently not available.'; exit 1\n",
        "This account is currently not available.",
        "facts: This account is currently not available.");
  }

  @Test
  void something_else_than_a_shell_is_not_taken_for_a_gateway(@TempDir Path other) {
    noGateway(
        other,
        "echo 'uptime\t1) status'; echo '2) reboot'\n",
        "something else than a shell answered",
        "no answer: something else than a shell answered");
  }

  private void noGateway(Path folder, String answer, String why, String complaint) {
    String hint = "  hint: try `ssh` to it by hand, as the same user";
    try (FakeGateway gateway = FakeGateway.start(folder).answering(answer)) {
      here.inventory(fleet(gateway.server()));
      refuses("backstay: gw1: the gateway did not tell its facts: " + why, hint);
      refused(here.refused("facts", "gw1"), ERROR, "backstay: gw1: " + complaint, hint);
    }
  }

  @Test
  void every_mistake_in_an_inventory_is_told_at_once_with_its_place() {
    here.inventory(
        """
        kind: Inventory
        ssh: {port: 70000}
        gateways:
          gw1: {hots: 10.0.0.1}
          GW2: {host: gw2.example.net}
        groups: {north: [gw1, gw3]}
        """);
    refuses(
        "backstay: "
            + inventory
            + ":2:13: this is \"70000\"; expected is a whole number from 1 to 65535.",
        "backstay: " + inventory + ":4:8: a gateway needs the key \"host\".",
        "backstay: " + inventory + ":4:9: \"hots\" is no key of a gateway.",
        "  hint: did you mean \"host\"?",
        "backstay: "
            + inventory
            + ":5:3: this is \"GW2\"; expected is a name of lower-case letters, digits, dots and"
            + " dashes (and not \"all\").",
        "backstay: " + inventory + ":6:23: there is no gateway \"gw3\".",
        "  hint: did you mean \"gw1\"?",
        "backstay: 5 problems; nothing was changed");
  }

  @Test
  void every_mistake_in_a_playbook_is_told_at_once_with_its_place() {
    here.playbook(
        """
        kind: Playbook
        name: module-1.0.1
        selct: gw1
        change: {packages: {wireguard-dkms: 1.0.1}, activate: reload}
        waves: [rest, 1]
        observe: {window: 240}
        approval: two
        """);
    refuses(
        "backstay: " + playbook + ":1:1: a playbook needs the key \"select\".",
        "backstay: " + playbook + ":3:1: \"selct\" is no key of a playbook.",
        "  hint: did you mean \"select\"?",
        "backstay: "
            + playbook
            + ":4:55: this is \"reload\"; expected is none, reload-module or reboot.",
        "backstay: " + playbook + ":5:9: \"rest\" takes all that are left, but waves follow it.",
        "  hint: make it the last one.",
        "backstay: "
            + playbook
            + ":6:19: this is \"240\"; expected is a time of more than zero such as 90s, 4m or 1h.",
        "backstay: "
            + playbook
            + ":7:11: this is \"two\"; expected is a mapping with the keys people, expires.",
        "backstay: 6 problems; nothing was changed");
  }

  @Test
  void what_is_no_yaml_is_refused_with_the_place_where_it_stops_to_be() {
    here.playbook(PLAYBOOK.replace("select: gw1", "select: gw1: gw2"));
    refuses(
        "backstay: " + playbook + ":3:12: this is not YAML: mapping values are not allowed here.",
        "  hint: look at indentation, colons, brackets and quotes around this place.");
    here.playbook(PLAYBOOK);
    here.inventory("kind: Inventory\ngateways:\n\tgw1: {host: gw1.example.net}\n");
    assertThat(here.refused("facts", "gw1").err())
        .startsWith("backstay: " + inventory + ":3:1: this is not YAML: ")
        .endsWith("\n  hint: indent with spaces.\n")
        .hasLineCount(2);
  }

  @Test
  void an_empty_file_is_told_how_it_begins() {
    here.playbook("");
    refuses(
        "backstay: " + playbook + ":1:1: the file is empty.",
        "  hint: begin with the key \"kind\".");
  }

  @Test
  void a_playbook_that_is_not_there_is_named_and_so_is_the_one_that_was_meant() {
    Path meant = playbook;
    playbook = here.path("playbooks/modul.yaml");
    refuses(
        "backstay: " + playbook + ": there is no such file.",
        "  hint: did you mean \"" + meant.getFileName() + "\"?");
  }

  @Test
  void a_folder_is_no_playbook() {
    playbook = here.path("playbooks");
    refuses("backstay: " + playbook + ": this is a folder.", "  hint: name a YAML file.");
  }

  @Test
  void two_inventories_are_not_chosen_from() {
    here.write("inventories/other.yaml", fleet(healthy.server()));
    refuses(
        "backstay: " + here.path("inventories") + ": there are several inventories here",
        "  hint: name one: --inventory FILE");
  }

  @Test
  void a_working_directory_without_an_inventory_says_so() throws IOException {
    Files.delete(inventory);
    refuses(
        "backstay: " + here.path("inventories") + ": there is no inventory here",
        "  hint: name one: --inventory FILE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apply --yes PLAYBOOK",
        "plan PLAYBOOK",
        "facts gw1",
        "report",
        "report module-1",
        "rollouts",
        "snapshot list",
        "snapshot show gw1 main"
      })
  void a_folder_that_is_no_working_directory_is_refused_and_stays_empty(
      String words, @TempDir Path other) {
    Workplace nowhere = Workplace.notMade(other);
    refused(
        nowhere.refused(words.replace("PLAYBOOK", playbook.toString()).split(" ")),
        ERROR,
        "backstay: " + other + ": this folder is not a working directory",
        "  hint: go to the one you have, or make this one: backstay init");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void a_working_directory_whose_vault_is_gone_is_not_applied_from() throws IOException {
    Files.move(here.path("snapshots"), here.path("away"));
    refused(
        here.refused("apply", "--yes", playbook.toString()),
        ERROR,
        "backstay: " + here.path("snapshots") + ": there is no vault here",
        "  hint: make one with 'backstay init', or clone the one you have to this place");
  }

  @Test
  void a_working_directory_is_not_made_twice() {
    Seen seen = here.refused("init");
    assertThat(seen.err())
        .startsWith(
            "backstay: "
                + here.path(".backstay/vault-digest-key")
                + ": this exists already, and a new vault overwrites nothing\n"
                + "  hint: use the vault that is there, or move this away first;")
        .endsWith("problems; nothing was changed\n");
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void a_secret_key_given_as_a_recipient_is_refused_and_not_repeated(@TempDir Path other)
      throws IOException {
    String secret =
        Files.readAllLines(here.path(".backstay/vault-identity")).stream()
            .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
            .findFirst()
            .orElseThrow();
    Seen seen = Workplace.notMade(other).refused("init", "--recipient", secret);
    refused(
        seen,
        ERROR,
        "backstay: recipient 1 is a secret key, which must not stand here",
        "  hint: give the public age1… line that 'age-keygen -y FILE' prints");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void without_a_terminal_nobody_can_say_yes_so_nothing_is_changed() {
    Seen seen = here.refused("apply", playbook.toString());
    assertThat(seen.out()).startsWith("Plan for playbook module-1.0.1\n");
    assertThat(seen.err())
        .isEqualTo(
            """
            backstay: there is no terminal to ask on
              hint: pass --yes if what was shown is what you want
            """);
    assertThat(seen.status()).isEqualTo(ERROR);
    assertThat(here.path(".backstay/rollouts")).doesNotExist();
  }

  @Test
  void a_journal_that_cannot_be_begun_is_a_sentence_and_no_gateway_is_touched() {
    Path inTheWay = here.write(".backstay/rollouts", "");
    Seen seen = here.refused("apply", "--yes", playbook.toString());
    assertThat(seen.out()).startsWith("Plan for playbook module-1.0.1\n");
    assertThat(seen.err())
        .startsWith("backstay: " + inTheWay)
        .endsWith("  hint: check permissions and free space there, then run the command again\n")
        .hasLineCount(2);
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void a_report_of_no_rollout_at_all_says_how_one_is_made() {
    refused(
        here.refused("report"),
        ERROR,
        "backstay: no rollout was made in this working directory yet",
        "  hint: backstay apply PLAYBOOK makes one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"module-2", "../module-1", ""})
  void a_report_of_an_unknown_rollout_says_where_the_known_ones_are_listed(String id) {
    journal("module-1");
    refused(
        here.refused("report", id),
        ERROR,
        "backstay: "
            + (id.isEmpty() ? "" : id + ": ")
            + "there is no such rollout in this working directory",
        "  hint: backstay rollouts lists them");
  }

  private Path journal(String id) {
    Path file = here.path(".backstay/rollouts/" + id + "/journal.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC(), line -> {})) {
      journal.append(
          new Event.Started(
              Journal.FORMAT, id, "module", "hash", List.of(List.of("gw1")), 1, "anna@ops"));
      journal.append(new Event.WaveStarted(1, List.of("gw1")));
      journal.append(new Event.GatewayEnded("gw1", "reverted", "fail"));
      journal.append(new Event.Ended(Result.ROLLED_BACK, "gw1: fail"));
    }
    return file;
  }

  @Test
  void a_damaged_journal_is_not_believed_and_the_first_line_that_is_wrong_is_named()
      throws IOException {
    Path file = journal("module-1");
    Files.writeString(file, Files.readString(file).replace("\"wave\":1", "\"wave\":2"));
    String[] damaged = {
      "backstay: " + file + ":3: this line is not the one that was written here",
      "  hint: do not go on from this journal; look at the gateways themselves (backstay facts)"
    };
    refused(here.refused("report", "module-1"), ERROR, damaged);
    JsonNode problems =
        JsonMapper.shared().readTree(here.refused("report", "--json").err()).path("problems");
    assertThat(problems).hasSize(1);
    assertThat(problems.path(0).path("code").stringValue()).isEqualTo("journal-damaged");
    assertThat(problems.path(0).path("where").stringValue()).isEqualTo(file + ":3");
  }

  @Test
  void a_journal_that_is_no_text_is_damaged_too() throws IOException {
    Path file = journal("module-1");
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] = (byte) 0xff;
    Files.write(file, bytes);
    assertThat(here.refused("report").err())
        .startsWith("backstay: " + file + ":1: this line is not the one that was written here\n");
  }

  @Test
  void a_damaged_journal_hides_no_other_rollout() throws IOException {
    Path file = journal("module-1");
    Files.writeString(file, "nonsense\n");
    journal("module-2");
    Seen seen = here.refused("rollouts");
    assertThat(seen.out().lines())
        .extracting(line -> line.replaceAll(" +", " "))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo(" module-1 unreadable"),
            line ->
                assertThat(line).matches("[-0-9]+ [0-9:]+ module-2 ended rolled back 1 reverted"));
    assertThat(seen.err()).startsWith("backstay: " + file + ":1: ").hasLineCount(2);
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void a_journal_without_a_line_tells_that_nothing_was_changed() {
    here.write(".backstay/rollouts/module-1/journal.jsonl", "");
    Seen seen = here.refused("report");
    assertThat(seen.out())
        .isEqualTo(
            "This journal is empty: the controller died before it began, and nothing was"
                + " changed.\n");
    assertThat(seen.status()).isZero();
  }

  @Test
  void for_machines_all_problems_are_one_json_object_with_the_same_words() {
    here.playbook(PLAYBOOK.replace("gw1", "[gw11, tag:core]"));
    Seen seen = here.refused("apply", "--yes", "--json", playbook.toString());
    assertThat(seen.out()).isEmpty();
    assertThat(seen.err()).hasLineCount(1);
    assertThat(JsonMapper.shared().readTree(seen.err()))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"problems": [
                      {"code": "unknown-gateway", "where": "%1$s:3:9",
                       "what": "there is no gateway \\"gw11\\".", "hint": "did you mean \\"gw1\\"?"},
                      {"code": "empty-selection", "where": "%1$s:3:9",
                       "what": "no gateway has the tag \\"core\\".",
                       "hint": "tags: edge; groups: none; sites: lab."}]}
                    """
                        .formatted(playbook)));
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void for_machines_a_misused_command_is_one_json_object_too() {
    Seen seen = here.refused("apply", "--json");
    JsonNode problem = JsonMapper.shared().readTree(seen.err()).path("problems").path(0);
    assertThat(problem.path("code").stringValue()).isEqualTo("usage");
    assertThat(problem.path("hint").stringValue()).isEqualTo("backstay apply --help");
    assertThat(seen.status()).isEqualTo(USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"aply", "plan", "plan --frobnicate x", "facts", "apply --all many x"})
  void a_misused_command_is_told_where_its_help_is(String words) {
    Seen seen = here.refused(words.split(" "));
    assertThat(seen.err()).startsWith("backstay: ").hasLineCount(2);
    assertThat(seen.err().lines().toList().getLast())
        .matches("  hint: backstay( plan| facts| apply)? --help");
    assertThat(seen.out()).isEmpty();
    assertThat(seen.status()).isEqualTo(USAGE);
  }

  /** Once in a process of its own, named as a person names it: relative to where they are. */
  @Test
  void the_process_ends_with_the_same_words_and_status() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "plan",
                "playbooks/modul.yaml")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(
              """
              backstay: playbooks/modul.yaml: there is no such file.
                hint: did you mean "module.yaml"?
              """);
    }
    assertThat(process.waitFor()).isEqualTo(ERROR);
  }
}
