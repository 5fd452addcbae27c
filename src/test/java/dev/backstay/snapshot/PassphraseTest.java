package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Pty;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passphrases, in both directions against Debian's age, which asks on a terminal. */
final class PassphraseTest {
  private static final String WORDS = "wörter mit Umlauten";
  private static final String OTHER_WORDS = "something quite different";
  private static final String ASKS = "Enter passphrase";
  private static final String FILE = "etc/wireguard/wg0.conf";
  private static final String CONTENT = "ListenPort = 51820\n";

  private final SecureRandom random = new SecureRandom();

  @TempDir private Path folder;

  @Test
  void git_age_and_the_passphrase_alone_recover_everything() throws Exception {
    Passphrase usual = Passphrase.owning(WORDS.toCharArray());
    Vault vault = vaultOf(List.of(), List.of(new NewPassphrase("safe", usual)));
    vault.save("gw1", capture(), "r");
    Path recovered = cloned("recovered");
    assertThat(recovered.resolve("passphrases/safe.age"))
        .content(StandardCharsets.ISO_8859_1)
        .containsPattern("\n-> scrypt \\S{22} 18\n");
    assertThat(recover(recovered, "safe", WORDS)).isEqualTo(CONTENT);

    Path out = folder.resolve("nothing");
    try (Pty age = age(recovered, "safe", out)) {
      assertThat(age.answer(ASKS, OTHER_WORDS).endWith(1)).contains("incorrect passphrase");
    }
  }

  @Test
  void the_vault_opens_with_the_passphrase_and_with_no_other() {
    Vault vault = vaultOf(List.of(), List.of(new NewPassphrase("safe", words())));
    String commit = vault.save("gw1", capture(), "r").snapshot().commit();
    Identity identity = unlocked(vault.passphraseIdentity("safe"), WORDS);
    assertThat(vault.verify(commit, "gw1", Optional.of(identity)))
        .isInstanceOf(ReadBack.Decrypted.class);
    refused("passphrase-wrong", () -> unlocked(vault.passphraseIdentity("safe"), OTHER_WORDS));
    refused("passphrase-unknown", () -> vault.passphraseIdentity("other"));
  }

  @Test
  void an_identity_file_that_age_encrypted_is_opened_binary_and_armoured() throws Exception {
    Path plain = keygen("plain");
    for (List<String> form : List.of(List.<String>of(), List.of("--armor"))) {
      Path locked = folder.resolve("locked" + form.size());
      try (Pty age = encrypting(form, plain, locked)) {
        age.answer(ASKS, WORDS).answer("Confirm passphrase", WORDS).end();
      }
      refused("identity-unreadable", () -> Identity.read(locked));
      try (IdentityText text = IdentityText.read(locked);
          IdentityText open = text.unlock(words())) {
        assertThat(text.isLocked()).isTrue();
        assertThat(open.bytes().bytes()).isEqualTo(Files.readAllBytes(plain));
      }
    }
  }

  private Pty encrypting(List<String> form, Path plain, Path locked) {
    List<String> command = new ArrayList<>(List.of("age", "--passphrase"));
    command.addAll(form);
    command.addAll(List.of("-o", locked.toString(), plain.toString()));
    return Pty.start(folder, Map.of(), command);
  }

  @Test
  void a_passphrase_that_is_added_opens_the_newest_state_beside_every_other_key() throws Exception {
    Path ours = keygen("ours");
    Path theirs = keygen("theirs");
    Vault vault = vaultOf(List.of(recipient(ours)), List.of());
    vault.save("gw1", capture(), "r");

    Rekeyed done = vault.addPassphrase(new NewPassphrase("safe", words()), Identity.read(ours));
    assertThat(done.files()).isEqualTo(1);
    String passphrase = vault.passphrases().get("safe");
    assertThat(done.recipients()).containsExactlyInAnyOrder(recipient(ours), passphrase);

    vault.rekey(List.of(recipient(theirs)), List.of(recipient(ours)), Identity.read(ours));
    Path recovered = cloned("recovered");
    assertThat(recover(recovered, "safe", WORDS)).isEqualTo(CONTENT);
    assertThat(decrypt(recovered, theirs)).isEqualTo(CONTENT);
    assertThatThrownBy(() -> decrypt(recovered, ours)).hasMessageContaining("no identity matched");
    assertThat(Programs.run("git", "-C", recovered.toString(), "log", "--format=%s").lines())
        .containsExactly("Other recipients", "A passphrase: safe", "gw1: r", "A new vault");
  }

  @Test
  void several_recipients_come_and_go_at_once_and_each_of_them_decrypts_or_does_not()
      throws Exception {
    List<Path> old = List.of(keygen("old1"), keygen("old2"));
    List<Path> fresh = List.of(keygen("new1"), keygen("new2"));
    Vault vault = vaultOf(recipients(old), List.of());
    vault.save("gw1", capture(), "r");
    vault.save("gw2", capture(), "r");

    Rekeyed done =
        vault.rekey(
            recipients(fresh), List.of(recipient(old.getFirst())), Identity.read(old.getLast()));

    assertThat(done.files()).isEqualTo(2);
    Path recovered = cloned("recovered");
    assertThat(decrypt(recovered, old.getLast())).isEqualTo(CONTENT);
    for (Path one : fresh) {
      assertThat(decrypt(recovered, one)).isEqualTo(CONTENT);
    }
    assertThatThrownBy(() -> decrypt(recovered, old.getFirst()))
        .hasMessageContaining("no identity matched");
  }

  @Test
  void a_changed_passphrase_changes_one_file_and_opens_the_same_key() throws Exception {
    Vault vault = vaultOf(List.of(), List.of(new NewPassphrase("safe", words())));
    String before = vault.save("gw1", capture(), "r").snapshot().commit();

    refused(
        "passphrase-wrong",
        () -> vault.changePassphrase(otherWords(), new NewPassphrase("safe", otherWords())));
    Rekeyed done = vault.changePassphrase(words(), new NewPassphrase("safe", otherWords()));

    assertThat(done.files()).isZero();
    assertThat(git("diff", "--name-only", before, "main")).isEqualTo("passphrases/safe.age");
    refused("passphrase-wrong", () -> unlocked(vault.passphraseIdentity("safe"), WORDS));
    Path recovered = cloned("recovered");
    assertThat(recover(recovered, "safe", OTHER_WORDS)).isEqualTo(CONTENT);
    // Said to the user in these words: older commits keep the old one.
    Programs.run("git", "-C", recovered.toString(), "checkout", "-q", before);
    assertThat(recover(recovered, "safe", WORDS)).isEqualTo(CONTENT);
  }

  @Test
  void a_removed_passphrase_leaves_neither_file_nor_recipient() throws Exception {
    Path ours = keygen("ours");
    Vault vault =
        vaultOf(
            List.of(recipient(ours)),
            List.of(new NewPassphrase("safe", words()), new NewPassphrase("desk", otherWords())));
    String desk = vault.passphrases().get("desk");
    vault.removePassphrase("safe", Identity.read(ours));
    assertThat(vault.passphrases().keySet()).containsExactly("desk");
    // By its recipient it goes as well: a locked key that opens nothing would mislead.
    vault.rekey(List.of(), List.of(desk), Identity.read(ours));
    assertThat(vault.passphrases()).isEmpty();
    assertThat(git("ls-tree", "--name-only", "main")).doesNotContain("passphrases");
    refused("passphrase-unknown", () -> vault.removePassphrase("safe", Identity.read(ours)));
    Programs.run("git", "-C", place().repository().toString(), "fsck", "--strict");
  }

  @Test
  void the_last_one_who_can_decrypt_stays_even_if_it_is_a_passphrase() {
    Vault vault = vaultOf(List.of(), List.of(new NewPassphrase("safe", words())));
    Identity identity = unlocked(vault.passphraseIdentity("safe"), WORDS);
    refused("recipient-invalid", () -> vault.removePassphrase("safe", identity));
    assertThat(vault.passphrases().keySet()).containsExactly("safe");
  }

  @Test
  void a_name_is_taken_once() {
    Vault vault = vaultOf(List.of(), List.of(new NewPassphrase("safe", words())));
    Identity identity = unlocked(vault.passphraseIdentity("safe"), WORDS);
    refused(
        "passphrase-exists",
        () -> vault.addPassphrase(new NewPassphrase("safe", otherWords()), identity));
  }

  @Test
  void no_vault_is_begun_with_the_same_name_twice() {
    List<NewPassphrase> twice =
        List.of(new NewPassphrase("safe", words()), new NewPassphrase("safe", otherWords()));
    refused("passphrase-exists", () -> vaultOf(List.of(), twice));
    assertThat(folder.resolve(".backstay")).doesNotExist();
  }

  @Test
  void a_name_that_is_a_path_is_refused() {
    for (String name : List.of("", "../x", "a/b", ".hidden", "a b", "x".repeat(65))) {
      refused("passphrase-name-invalid", () -> new NewPassphrase(name, words()));
    }
  }

  @Test
  void a_passphrase_that_can_be_guessed_is_refused_before_anything_is_written() {
    for (String weak : List.of("", "short", "nine char", "abababababababab")) {
      refused(
          "passphrase-weak",
          () -> new NewPassphrase("safe", Passphrase.owning(weak.toCharArray())));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_random_passphrase_is_never_the_same_and_strong() {
    char[] one = RandomPassphrase.generate(random);
    assertThat(new String(one))
        .matches("([a-km-np-z2-9]{5}-){4}[a-km-np-z2-9]{5}")
        .isNotEqualTo(new String(RandomPassphrase.generate(random)));
    Passphrase.owning(one).requireStrong();
    assertThat(one).containsOnly('\0');
  }

  @Test
  void a_file_that_costs_more_than_age_itself_would_pay_is_refused_at_once() {
    String salt = base64(new byte[16]);
    refused("passphrase-costly", () -> unlocked(header("scrypt " + salt + " 23"), WORDS))
        .hasMessageContaining("2^22");
  }

  @Test
  void a_file_that_needs_more_memory_than_there_is_says_how_to_give_more() {
    long memory = 300L << 20;
    ScryptReader reader = new ScryptReader(words(), "a test", memory);
    byte[] usual = header("scrypt " + base64(new byte[16]) + " 18").bytes().bytes();
    refused("passphrase-costly", () -> Age.decrypt(usual, reader))
        .hasMessageContaining("256 MiB")
        .hasMessageContaining("BACKSTAY_HEAP=384m");
  }

  @Test
  void a_passphrase_that_does_not_stand_alone_is_refused() {
    String scrypt = "scrypt " + base64(new byte[16]) + " 10";
    refused("identity-unreadable", () -> unlocked(header(scrypt, scrypt), WORDS))
        .hasMessageContaining("not the only recipient");
    refused("identity-unreadable", () -> unlocked(header(scrypt, "X25519 abc"), WORDS))
        .hasMessageContaining("not the only recipient");
  }

  @Test
  void a_malformed_header_is_refused_without_trying_the_passphrase() {
    String salt = base64(new byte[16]);
    for (String stanza :
        List.of(
            "scrypt",
            "scrypt " + salt,
            "scrypt " + salt + " 010",
            "scrypt " + salt + " +9",
            "scrypt " + salt + " 10 x",
            "scrypt " + salt + "= 10",
            "scrypt " + base64(new byte[15]) + " 10",
            "scrypt !!! 10")) {
      refused("identity-unreadable", () -> unlocked(header(stanza), WORDS));
    }
  }

  @Test
  void a_file_for_a_key_is_told_from_one_for_a_passphrase() throws Exception {
    Path key = keygen("key");
    Path locked = folder.resolve("locked");
    Programs.run("age", "-r", recipient(key), "-o", locked.toString(), key.toString());
    refused("identity-unreadable", () -> unlocked(IdentityText.read(locked), WORDS))
        .hasMessageContaining("for a key and not with a passphrase");
  }

  @Test
  void damage_is_told_from_a_wrong_passphrase() throws Exception {
    byte[] sealed = sealed(10);
    byte[] changed = sealed.clone();
    changed[changed.length - 1] ^= 1;
    refused("identity-unreadable", () -> unlocked(text(changed), WORDS));
    byte[] cut = Arrays.copyOf(sealed, sealed.length - 20);
    refused("identity-unreadable", () -> unlocked(text(cut), WORDS));
    refused("passphrase-wrong", () -> unlocked(text(sealed), OTHER_WORDS));
    assertThat(unlocked(text(sealed), WORDS)).hasToString("***");
  }

  @Test
  void age_opens_every_work_factor_that_we_can_write() throws Exception {
    for (int logN : new int[] {1, 10, 15}) {
      Path locked = Files.write(folder.resolve("locked"), sealed(logN));
      Path out = folder.resolve("out");
      try (Pty age = Pty.start(folder, "age", "-d", "-o", out.toString(), locked.toString())) {
        age.answer(ASKS, WORDS).end();
      }
      assertThat(out).content().contains("AGE-SECRET-KEY-1");
    }
  }

  @Test
  void a_disk_image_named_by_mistake_is_not_read_into_memory() throws Exception {
    Path big = Files.write(folder.resolve("big"), new byte[IdentityText.LONGEST + 1]);
    refused("identity-unreadable", () -> IdentityText.read(big)).hasMessageContaining("too long");
    refused("identity-unreadable", () -> IdentityText.read(folder.resolve("none")));
  }

  private byte[] sealed(int logN) throws IOException {
    try (NewIdentity identity = NewIdentity.generate(Instant.now())) {
      return Age.encrypt(identity.text().bytes(), List.of(new ScryptWriter(words(), logN, random)));
    }
  }

  /** An age file with these stanzas, whose header nobody could have authenticated. */
  private static IdentityText header(String... stanzas) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII));
    for (String stanza : stanzas) {
      file.writeBytes(
          ("-> " + stanza + "\n" + base64(new byte[32]) + "\n")
              .getBytes(StandardCharsets.US_ASCII));
    }
    file.writeBytes(("--- " + base64(new byte[32]) + "\n").getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(new byte[64]);
    return text(file.toByteArray());
  }

  private static IdentityText text(byte[] bytes) {
    return IdentityText.of(SecretBytes.owning(bytes.clone()), "a test");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Cheap: many are tried here. */
  private static Passphrase words() {
    return Passphrase.owning(WORDS.toCharArray(), 10);
  }

  private static Passphrase otherWords() {
    return Passphrase.owning(OTHER_WORDS.toCharArray(), 10);
  }

  private static Identity unlocked(IdentityText locked, String words) {
    try (locked;
        Passphrase passphrase = Passphrase.owning(words.toCharArray());
        IdentityText open = locked.unlock(passphrase)) {
      return open.identity();
    }
  }

  private VaultPlace place() {
    return VaultPlace.in(folder);
  }

  private Vault vaultOf(List<String> recipients, List<NewPassphrase> passphrases) {
    Vault.init(
        place(), new Keyholders.Recipients(recipients, passphrases), Clock.systemUTC(), random);
    return Vault.open(place(), Clock.systemUTC(), random);
  }

  private static Capture capture() {
    TreeMap<String, CapturedFile> files = new TreeMap<>();
    byte[] content = CONTENT.getBytes(StandardCharsets.US_ASCII);
    files.put(FILE, new CapturedFile(SecretBytes.owning(content), 0600, "root:root"));
    return new Capture(Instant.now(), files, Facts.ofKernel("k"));
  }

  private Path keygen(String name) {
    Path file = folder.resolve(name);
    Programs.run("age-keygen", "-o", file.toString());
    return file;
  }

  private static String recipient(Path identity) {
    return Programs.run("age-keygen", "-y", identity.toString()).strip();
  }

  private static List<String> recipients(List<Path> identities) {
    return identities.stream().map(PassphraseTest::recipient).toList();
  }

  private Path cloned(String name) {
    Path clone = folder.resolve(name);
    Programs.run("git", "clone", "-q", place().repository().toString(), clone.toString());
    return clone;
  }

  private String git(String... words) {
    List<String> command = new ArrayList<>(List.of("git", "-C"));
    command.add(place().repository().toString());
    command.addAll(List.of(words));
    return Programs.run(command).strip();
  }

  private static String decrypt(Path clone, Path identity) {
    return Programs.run(
        "age",
        "-d",
        "-i",
        identity.toString(),
        clone.resolve("gateways/gw1/files/" + FILE + ".age").toString());
  }

  private Pty age(Path clone, String name, Path out) {
    return Pty.start(
        folder,
        "age",
        "-d",
        "-i",
        clone.resolve("passphrases/" + name + ".age").toString(),
        "-o",
        out.toString(),
        clone.resolve("gateways/gw1/files/" + FILE + ".age").toString());
  }

  private String recover(Path clone, String name, String words) throws IOException {
    Path out = folder.resolve("out");
    Files.deleteIfExists(out);
    try (Pty age = age(clone, name, out)) {
      age.answer(ASKS, words).end();
    }
    return Files.readString(out);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
      String code, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(ProblemException.class)
        .satisfies(error ->
            assertThat(((ProblemException) error).problems())
                .extracting(problem -> problem.code())
                .containsExactly(code));
  }
}
