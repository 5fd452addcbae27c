package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.CapturedFile;
import dev.backstay.snapshot.Facts;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.Vault;
import dev.backstay.snapshot.VaultPlace;
import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Pty;
import dev.backstay.testing.SoftToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to hand over an identity, as a person or a program does it. */
final class IdentityTest {
  private static final String WORDS = "correct horse battery";
  private static final String OTHER_WORDS = "something quite different";
  private static final String ERROR_OTHER = "is not encrypted for this identity";
  private static final String PROOF = "decrypted and compared";

  @TempDir private Path folder;

  private Path work = Path.of("");
  private Path identity = Path.of("");
  private String secret = "";

  @BeforeEach
  void a_vault_that_one_identity_elsewhere_opens() throws Exception {
    work = Files.createDirectory(folder.resolve("work")).toRealPath();
    identity = keygen("identity");
    secret = Files.readAllLines(identity).getLast();
    assertThat(run(new Nobody(), "init", "--recipient", recipient(identity)).status()).isZero();
    save("gw1");
  }

  @Test
  void without_any_only_the_structure_is_verified() {
    assertThat(verified(run(new Nobody(), "snapshot", "verify"))).doesNotContain(PROOF);
  }

  @Test
  void what_cannot_be_done_without_one_says_how_to_name_one() {
    for (List<String> words :
        List.of(
            List.of("vault", "rekey", "--add", recipient(identity)),
            List.of("vault", "passphrase", "add", "safe"),
            List.of("vault", "wrap", "--with", "pkcs11:token=a;object=b?module-path=/m"),
            List.of("snapshot", "diff", "gw1", "--lines"))) {
      assertThat(run(new Nobody(), words.toArray(new String[0])).err())
          .contains("there is no identity here")
          .contains("--identity SOURCE");
    }
  }

  @Test
  void a_file_is_named_by_the_option_and_the_option_wins_over_the_environment() throws Exception {
    Path other = keygen("other");
    Map<String, String> environment = Map.of(IdentityOption.VARIABLE, other.toString());
    assertThat(run(environment, new Nobody(), "snapshot", "verify").err()).contains(ERROR_OTHER);
    assertThat(
            verified(
                run(
                    environment,
                    new Nobody(),
                    "snapshot",
                    "verify",
                    "--identity",
                    identity.toString())))
        .contains(PROOF);
  }

  @Test
  void the_environment_wins_over_the_folders_own_file() throws Exception {
    Files.copy(keygen("other"), work.resolve(".backstay/vault-identity"));
    assertThat(run(new Nobody(), "snapshot", "verify").err()).contains(ERROR_OTHER);
    Map<String, String> environment = Map.of(IdentityOption.VARIABLE, identity.toString());
    assertThat(verified(run(environment, new Nobody(), "snapshot", "verify"))).contains(PROOF);
  }

  @Test
  void a_key_is_pasted_at_a_prompt_and_wiped() {
    ScriptedTerminal person = new ScriptedTerminal(secret);
    Seen seen = run(person, "snapshot", "verify", "--identity", "prompt");
    assertThat(verified(seen)).contains(PROOF).doesNotContain(secret);
    assertThat(person.asked).containsExactly("Secret key (AGE-SECRET-KEY-…)");
    assertThat(person.typed.getFirst()).containsOnly('\0');
  }

  @Test
  void what_is_pasted_wrongly_is_refused_and_not_repeated() {
    for (String wrong : List.of("", secret.substring(0, 40), "the wrong clipboard")) {
      Seen seen = run(new ScriptedTerminal(wrong), "snapshot", "verify", "--identity", "prompt");
      assertThat(seen.status()).isEqualTo(1);
      assertThat(seen.err()).startsWith("backstay: what was typed: ");
      assertThat(seen.out() + seen.err()).doesNotContain(secret.substring(0, 20), "clipboard");
    }
  }

  @Test
  void a_secret_key_in_the_words_of_a_command_is_refused_and_not_repeated() {
    Map<String, String> environment = Map.of(IdentityOption.VARIABLE, secret);
    for (Seen seen :
        List.of(
            run(new Nobody(), "snapshot", "verify", "--identity", secret),
            run(environment, new Nobody(), "snapshot", "verify"),
            run(new Nobody(), "vault", "rekey", "--add", secret, "--identity", identity.toString()),
            run(new Nobody(), "vault", "rekey", secret))) {
      assertThat(seen.status()).isNotZero();
      assertThat(seen.out() + seen.err()).doesNotContain(secret.substring("AGE-".length()));
    }
    assertThat(run(environment, new Nobody(), "snapshot", "verify").err())
        .contains("this is a secret key itself")
        .contains("--identity prompt");
  }

  @Test
  void a_passphrase_is_added_opens_the_vault_changes_and_goes() {
    ScriptedTerminal adds = new ScriptedTerminal(WORDS, WORDS);
    Seen added = run(adds, "vault", "passphrase", "add", "safe", "--identity", identity.toString());
    assertThat(added.err()).isEmpty();
    assertThat(added.out())
        .startsWith("1 files encrypted anew, in commit ")
        .endsWith("Keep the passphrase where the vault is not: nobody can find it out again.\n");
    assertThat(adds.asked)
        .containsExactly("New passphrase of safe (empty: have one made)", "The same again");

    ScriptedTerminal opens = new ScriptedTerminal(WORDS);
    assertThat(verified(run(opens, "snapshot", "verify", "--identity", "passphrase:safe")))
        .contains(PROOF);
    assertThat(opens.asked).containsExactly("Passphrase of safe");

    ScriptedTerminal changes = new ScriptedTerminal(WORDS, OTHER_WORDS, OTHER_WORDS);
    Seen changed = run(changes, "vault", "passphrase", "change", "safe");
    assertThat(changed.err()).isEmpty();
    assertThat(changed.out()).contains("Older commits keep the old one");

    Seen list = run(new Nobody(), "vault", "passphrase", "list");
    assertThat(list.out()).matches("safe {9}age1[0-9a-z]{58}\\n");
    Seen removed =
        run(
            new Nobody(),
            "vault",
            "passphrase",
            "remove",
            "safe",
            "--identity",
            identity.toString());
    assertThat(removed.out()).contains("Older commits stay readable for who was removed.");
    assertThat(run(new Nobody(), "vault", "passphrase", "list").out()).isEmpty();
  }

  @Test
  void a_passphrase_that_is_not_at_the_remote_yet_is_told_at_the_end() throws Exception {
    Path remote = folder.resolve("remote.git");
    Programs.run("git", "init", "-q", "--bare", "--initial-branch=main", remote.toString());
    assertThat(run(new Nobody(), "vault", "remote", remote.toString()).status()).isZero();
    Files.move(remote, folder.resolve("away"));
    Seen added =
        run(
            new ScriptedTerminal(WORDS, WORDS),
            "vault",
            "passphrase",
            "add",
            "safe",
            "--identity",
            identity.toString());
    assertThat(added.status()).isZero();
    assertThat(added.err()).contains("1 commit not at the remote yet: remote-unreachable");
    Files.move(folder.resolve("away"), remote);
    Seen removed =
        run(
            new Nobody(),
            "vault",
            "passphrase",
            "remove",
            "safe",
            "--identity",
            identity.toString());
    assertThat(removed.err()).isEmpty();
    assertThat(run(new Nobody(), "vault", "status", "--json").out()).contains("\"ahead\":0");
  }

  @Test
  void nothing_typed_for_a_new_passphrase_makes_one_and_shows_it_to_the_person_alone() {
    ScriptedTerminal person = new ScriptedTerminal("");
    Seen seen =
        run(person, "vault", "passphrase", "add", "safe", "--identity", identity.toString());
    assertThat(seen.err()).isEmpty();
    String made = person.shown.getFirst().replace("The passphrase, shown this once: ", "");
    assertThat(seen.out()).doesNotContain(made);
    assertThat(
            verified(
                run(
                    new ScriptedTerminal(made),
                    "snapshot",
                    "verify",
                    "--identity",
                    "passphrase:safe")))
        .contains(PROOF);
  }

  @Test
  void a_passphrase_that_is_weak_differs_or_exists_changes_nothing() {
    assertThat(refusedToAdd(new ScriptedTerminal("short"), "safe"))
        .contains("it has 5 characters, and 10 are the least");
    assertThat(refusedToAdd(new ScriptedTerminal(WORDS, OTHER_WORDS), "safe"))
        .contains("the two passphrases are not the same");
    assertThat(refusedToAdd(new Nobody(), "safe"))
        .contains("there is no terminal to ask on: New passphrase of safe")
        .contains("BACKSTAY_PASSPHRASE_FD=3");
    assertThat(refusedToAdd(new Nobody(), "../safe")).contains("cannot be the name");
    Seen unknown = run(new Nobody(), "vault", "passphrase", "change", "safe");
    assertThat(unknown.err()).contains("the vault has no passphrase of this name");
  }

  private String refusedToAdd(SecretTerminal terminal, String name) {
    String before = Programs.run("git", "-C", git(), "rev-parse", "main");
    Seen seen =
        run(terminal, "vault", "passphrase", "add", name, "--identity", identity.toString());
    assertThat(seen.status()).isEqualTo(1);
    assertThat(Programs.run("git", "-C", git(), "rev-parse", "main")).isEqualTo(before);
    return seen.err();
  }

  @Test
  void a_vault_is_begun_with_a_passphrase_and_no_identity_lies_about() throws Exception {
    work = Files.createDirectory(folder.resolve("second")).toRealPath();
    Seen made = run(new ScriptedTerminal(WORDS, WORDS), "init", "--passphrase", "safe");
    assertThat(made.err()).isEmpty();
    assertThat(work.resolve(".backstay/vault-identity")).doesNotExist();
    save("gw1");
    assertThat(
            verified(
                run(
                    new ScriptedTerminal(WORDS),
                    "snapshot",
                    "verify",
                    "--identity",
                    "passphrase:safe")))
        .contains(PROOF);
    // Nobody types for a vault that is there already.
    assertThat(run(new ScriptedTerminal(), "init", "--passphrase", "safe").err())
        .contains("this exists already");
  }

  @Test
  void a_credential_that_systemd_hands_over_is_read_from_its_folder() throws Exception {
    Path credentials = Files.createDirectory(folder.resolve("credentials"));
    Files.copy(identity, credentials.resolve("vault"));
    Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", credentials.toString());
    assertThat(verify(environment, "credential:vault")).contains(PROOF);
    assertThat(
            run(environment, new Nobody(), "snapshot", "verify", "--identity", "credential:no")
                .err())
        .contains("the service was given no such credential")
        .contains("LoadCredentialEncrypted=NAME:FILE");
  }

  @Test
  void a_file_of_systemd_creds_is_decrypted_and_on_another_machine_refused() throws Exception {
    Path file = folder.resolve("vault.cred");
    Map<String, String> here = machine("here");
    List<String> encrypt = new ArrayList<>(List.of("env"));
    here.forEach((name, value) -> encrypt.add(name + "=" + value));
    encrypt.addAll(List.of("systemd-creds", "--with-key=host", "encrypt"));
    encrypt.addAll(List.of(identity.toString(), file.toString()));
    Programs.run(encrypt);

    assertThat(verify(here, "credential:" + file)).contains(PROOF);
    Seen elsewhere =
        run(
            machine("elsewhere"),
            new Nobody(),
            "snapshot",
            "verify",
            "--identity",
            "credential:" + file);
    assertThat(elsewhere.err())
        .startsWith("backstay: " + file + ": systemd-creds does not decrypt it: ")
        .doesNotContain(secret);
    Map<String, String> bare = Map.of("PATH", folder.toString());
    assertThat(
            run(bare, new Nobody(), "snapshot", "verify", "--identity", "credential:" + file).err())
        .contains("systemd-creds is not installed");
    assertThat(run(here, new Nobody(), "snapshot", "verify", "--identity", "credential:none").err())
        .contains("CREDENTIALS_DIRECTORY is not set, and there is no such file");
  }

  /** The key of a machine, kept elsewhere than in /var/lib/systemd. */
  private Map<String, String> machine(String name) {
    return Map.of(
        "PATH", System.getenv("PATH"),
        "SYSTEMD_CREDENTIAL_SECRET", folder.resolve(name + ".secret").toString());
  }

  @Test
  void a_token_opens_what_it_wrapped_and_the_clear_file_may_go() throws Exception {
    SoftToken.ofThisRun();
    String uri = "pkcs11:token=fleet;object=vault?module-path=" + SoftToken.MODULE;
    assertThat(run(new Nobody(), "snapshot", "verify", "--identity", uri).err())
        .contains("vault-identity.wrapped: the wrapped identity cannot be read");
    Files.copy(identity, work.resolve(".backstay/vault-identity"));

    ScriptedTerminal wraps = new ScriptedTerminal(SoftToken.PIN);
    Seen wrapped = run(wraps, "vault", "wrap", "--with", uri);
    assertThat(wrapped.err()).isEmpty();
    assertThat(wrapped.out()).contains(".backstay/vault-identity still holds it in clear");
    assertThat(wraps.asked).containsExactly("PIN of the token, token=fleet");
    Path file = work.resolve(".backstay/vault-identity.wrapped");
    assertThat(file).content().doesNotContain(secret).startsWith("backstay-wrapped-identity/v1\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Files.delete(work.resolve(".backstay/vault-identity"));
    ScriptedTerminal opens = new ScriptedTerminal(SoftToken.PIN);
    assertThat(verified(run(opens, "snapshot", "verify", "--identity", uri))).contains(PROOF);
    Path pin = Files.writeString(folder.resolve("pin"), SoftToken.PIN + "\n");
    assertThat(verify(Map.of(IdentityOption.VARIABLE, uri + "&pin-source=" + pin))).contains(PROOF);
    assertThat(run(new ScriptedTerminal("0000"), "snapshot", "verify", "--identity", uri).err())
        .contains("the token refuses this PIN");
    // Nothing is written over what may be the only copy.
    assertThat(
            run(
                    new ScriptedTerminal(SoftToken.PIN),
                    "vault",
                    "wrap",
                    "--with",
                    uri,
                    "--identity",
                    identity.toString())
                .err())
        .contains("it exists already");
    Files.writeString(file, "backstay-wrapped-identity/v1\nAAAA\n");
    assertThat(
            run(new ScriptedTerminal(SoftToken.PIN), "snapshot", "verify", "--identity", uri).err())
        .contains("does not open the wrapped identity");
  }

  @Test
  void what_names_no_source_is_told_which_there_are() {
    for (String source : List.of("fd:", "fd:x", "fd:-1", "passphrase:", "credential: ")) {
      assertThat(run(new Nobody(), "snapshot", "verify", "--identity", source).err())
          .contains("say FILE, prompt, passphrase:NAME, fd:N, credential:NAME or pkcs11:…");
    }
    assertThat(run(new Nobody(), "snapshot", "verify", "--identity", "pkcs11:token=a").err())
        .contains("RFC 7512");
    assertThat(run(new Nobody(), "snapshot", "verify", "--identity", "nowhere").err())
        .contains("the identity file cannot be read");
  }

  @Test
  void a_program_hands_identity_and_passphrases_over_on_file_descriptors() throws Exception {
    Path answers = Files.writeString(folder.resolve("answers"), WORDS + "\n" + OTHER_WORDS + "\n");
    Path other = Files.writeString(folder.resolve("other"), OTHER_WORDS);
    String four = "BACKSTAY_PASSPHRASE_FD=4 ";
    assertThat(
            shell(
                four
                    + java("vault", "passphrase", "add", "safe", "--identity", "fd:3")
                    + " 3< "
                    + identity
                    + " 4< "
                    + answers))
        .startsWith("1 files encrypted anew");
    assertThat(shell(four + java("vault", "passphrase", "change", "safe") + " 4< " + answers))
        .contains("is another one");
    assertThat(
            shell(
                four
                    + "BACKSTAY_IDENTITY=passphrase:safe "
                    + java("snapshot", "verify")
                    + " 4< "
                    + other))
        .contains(PROOF);
    assertThat(shell("! " + four + java("vault", "passphrase", "change", "safe") + " 4< " + other))
        .contains("file descriptor 4: there is no line left that answers: New passphrase of safe");
    assertThat(shell("! " + four + java("vault", "passphrase", "change", "safe")))
        .contains("file descriptor 4: nothing is open there");
  }

  @Test
  void on_a_real_terminal_nothing_that_is_typed_is_seen() throws Exception {
    work = Files.createDirectory(folder.resolve("third")).toRealPath();
    try (Pty init =
        Pty.start(work, Map.of(), ChildJvm.command(Main.class, "init", "--passphrase", "safe"))) {
      String screen =
          init.answer("New passphrase of safe (empty: have one made): ", WORDS)
              .answer("The same again: ", WORDS)
              .end();
      assertThat(screen).contains("Keep the passphrase").doesNotContain("horse");
    }
    try (Pty add =
        Pty.start(
            work,
            Map.of(),
            ChildJvm.command(
                Main.class,
                "vault",
                "passphrase",
                "add",
                "two",
                "--identity",
                "passphrase:safe"))) {
      String screen =
          add.answer("Passphrase of safe: ", WORDS)
              .answer("New passphrase of two (empty: have one made): ", "")
              .end();
      assertThat(screen)
          .containsPattern("The passphrase, shown this once: ([a-z2-9]{5}-){4}[a-z2-9]{5}")
          .doesNotContain("horse");
    }
  }

  private Seen run(SecretTerminal terminal, String... words) {
    return run(Map.of(), terminal, words);
  }

  private Seen run(Map<String, String> environment, SecretTerminal terminal, String... words) {
    return new Terminal(work, new Surroundings(environment, terminal)).run(words);
  }

  private String verify(Map<String, String> environment, String source) {
    return verified(run(environment, new Nobody(), "snapshot", "verify", "--identity", source));
  }

  private String verify(Map<String, String> environment) {
    return verified(run(environment, new Nobody(), "snapshot", "verify"));
  }

  private static String verified(Seen seen) {
    assertThat(seen.err()).isEmpty();
    assertThat(seen.status()).isZero();
    return seen.out();
  }

  private String shell(String command) {
    return Programs.run("sh", "-c", "cd '" + work + "' && " + command + " </dev/null 2>&1");
  }

  private static String java(String... words) {
    return ChildJvm.command(Main.class, words).stream()
        .map(word -> "'" + word + "'")
        .collect(Collectors.joining(" "));
  }

  private String git() {
    return work.resolve("snapshots").toString();
  }

  private Path keygen(String name) {
    Path file = folder.resolve(name + ".txt");
    Programs.run("age-keygen", "-o", file.toString());
    return file;
  }

  private static String recipient(Path identity) {
    return Programs.run("age-keygen", "-y", identity.toString()).strip();
  }

  private void save(String gateway) {
    TreeMap<String, CapturedFile> files = new TreeMap<>();
    byte[] content = "ListenPort = 51820\n".getBytes(StandardCharsets.US_ASCII);
    files.put(
        "etc/wireguard/wg0.conf", new CapturedFile(SecretBytes.owning(content), 0600, "root:root"));
    Vault.open(VaultPlace.in(work), Clock.systemUTC(), new SecureRandom())
        .save(gateway, new Capture(Instant.now(), files, Facts.ofKernel("k")), "r");
  }
}
