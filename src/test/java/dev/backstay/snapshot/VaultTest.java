package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultTest {
  private static final String CONF = "etc/wireguard/wg0.conf";
  private static final String ROUTES = "network/routes4";

  private final SecureRandom random = new SecureRandom();
  private final byte[] secret = new byte[32];

  @TempDir private Path folder;
  private VaultPlace place = new VaultPlace(Path.of(""), Path.of(""));
  private Optional<Identity> identity = Optional.empty();

  @BeforeEach
  void vault() throws IOException {
    random.nextBytes(secret);
    place = VaultPlace.in(folder);
    Files.createDirectories(folder.resolve(".backstay"));
    Path file = folder.resolve(".backstay/vault-identity");
    Vault.init(place, new Keyholders.NewIdentity(file), Clock.systemUTC(), random);
    identity = Optional.of(Identity.read(file));
  }

  @Test
  void what_was_saved_comes_back_by_git_and_age_alone() throws Exception {
    open().save("gw1", capture("10.0.0.0/8 dev wg0\n"), "before a test");
    Path recovered = folder.resolve("recovered");
    run("git", "clone", "-q", place.repository().toString(), recovered.toString());
    byte[] plain =
        run(
            "age",
            "-d",
            "-i",
            folder.resolve(".backstay/vault-identity").toString(),
            recovered.resolve("gateways/gw1/files/" + CONF + ".age").toString());
    assertThat(plain).isEqualTo(configuration());
  }

  @Test
  void git_itself_believes_the_signature_by_the_list_in_the_vault() throws Exception {
    String commit = open().save("gw1", capture("a"), "r").snapshot().commit();
    Path clone = folder.resolve("clone");
    run("git", "clone", "-q", place.repository().toString(), clone.toString());
    String signers = clone.resolve(VaultTree.ALLOWED_SIGNERS).toString();
    String said =
        text(
            run(
                "git",
                "-C",
                clone.toString(),
                "-c",
                "gpg.ssh.allowedSignersFile=" + signers,
                "log",
                "-1",
                "--format=%G? %H",
                commit));
    assertThat(said).isEqualTo("G " + commit);
  }

  @Test
  void an_unchanged_gateway_writes_nothing() throws Exception {
    Saved first = open().save("gw1", capture("a"), "first");
    List<Path> before = files(place.repository());
    Saved second = open().save("gw1", capture("a"), "second");
    assertThat(second.committed()).isFalse();
    assertThat(second.snapshot()).isEqualTo(first.snapshot());
    assertThat(files(place.repository())).isEqualTo(before);
  }

  @Test
  void pitfall_40_only_the_file_that_changed_is_encrypted_again() throws Exception {
    Vault vault = open();
    String before = vault.save("gw1", capture("a"), "first").snapshot().commit();
    Saved second = vault.save("gw1", capture("bcd"), "second");
    assertThat(second.changes())
        .containsExactly(new FileChange(ROUTES, FileChange.Kind.CHANGED, 1, 3));
    String changed =
        text(
            run(
                "git",
                "-C",
                place.repository().toString(),
                "diff",
                "--name-only",
                before,
                second.snapshot().commit()));
    assertThat(changed.lines())
        .containsExactlyInAnyOrder(
            "gateways/gw1/manifest", "gateways/gw1/files/" + ROUTES + ".age");
    assertThat(vault.diff(before, "main", "gw1")).isEqualTo(second.changes());
  }

  @Test
  void every_file_is_decrypted_and_compared() {
    Vault vault = open();
    String commit = vault.save("gw1", capture("a"), "r").snapshot().commit();
    assertThat(vault.verify(commit, "gw1", identity))
        .isEqualTo(new ReadBack.Decrypted(commit, "gw1", 2, configuration().length + 1));
    assertThat(vault.verify(commit, "gw1", Optional.empty()))
        .isEqualTo(new ReadBack.StructureOnly(commit, "gw1", 2, 1));
  }

  @Test
  void an_identity_of_somebody_else_is_told_from_damage() throws Exception {
    Vault vault = open();
    String commit = vault.save("gw1", capture("a"), "r").snapshot().commit();
    Path other = folder.resolve("other");
    run("age-keygen", "-o", other.toString());
    refused(() -> vault.verify(commit, "gw1", Optional.of(Identity.read(other))))
        .satisfies(error -> codes(error).containsOnly("identity-wrong"));
  }

  @Test
  void a_damaged_and_a_missing_file_are_both_told() throws Exception {
    Vault vault = open();
    String commit = vault.save("gw1", capture("a"), "r").snapshot().commit();
    Path damaged = object(CONF);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(damaged);
    Files.write(damaged, bytes);
    Files.delete(object(ROUTES));
    refused(() -> vault.verify(commit, "gw1", identity))
        .satisfies(error -> codes(error).containsExactlyInAnyOrder("blob-corrupt", "blob-missing"));
  }

  @Test
  void pitfall_39_a_commit_that_nobody_believed_signed_is_refused() throws Exception {
    Vault vault = open();
    vault.save("gw1", capture("a"), "r");
    String git = place.repository().toString();
    String forged =
        text(
            run(
                "git",
                "-C",
                git,
                "-c",
                "user.name=x",
                "-c",
                "user.email=x@example.net",
                "commit-tree",
                "-p",
                "main",
                "-m",
                "gw1: forged",
                "main^{tree}"));
    run("git", "-C", git, "update-ref", "refs/heads/main", forged);
    refused(() -> vault.verify("main", "gw1", identity))
        .satisfies(error -> codes(error).containsExactly("signature-invalid"));
    refused(() -> vault.save("gw1", capture("b"), "r"))
        .satisfies(error -> codes(error).containsExactly("signature-invalid"));
  }

  @Test
  void an_older_vault_that_was_put_back_is_noticed() throws Exception {
    Vault vault = open();
    String old = vault.save("gw1", capture("a"), "first").snapshot().commit();
    String seen = vault.save("gw1", capture("b"), "second").snapshot().commit();
    run("git", "-C", place.repository().toString(), "update-ref", "refs/heads/main", old);
    refused(() -> vault.verify(old, "gw1", identity))
        .satisfies(error -> codes(error).containsExactly("vault-went-back"))
        .hasMessageContaining(old.substring(0, 10))
        .hasMessageContaining(seen.substring(0, 10));
    refused(() -> vault.save("gw1", capture("c"), "third"))
        .satisfies(error -> codes(error).containsExactly("vault-went-back"));

    Files.delete(place.head());
    assertThat(vault.save("gw1", capture("c"), "third").committed()).isTrue();
  }

  @Test
  void no_form_of_a_secret_is_in_the_repository_or_in_what_is_printed() throws Exception {
    Capture capture = capture("a");
    assertThat(capture.toString()).doesNotContain(base64());
    open().save("gw1", capture, "r");
    String objects =
        new String(
            run(
                "git",
                "-C",
                place.repository().toString(),
                "cat-file",
                "--batch",
                "--batch-all-objects"),
            StandardCharsets.ISO_8859_1);
    assertThat(objects)
        .contains("gateway gw1")
        .doesNotContain(base64())
        .doesNotContain(HexFormat.of().formatHex(secret))
        .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1));
    for (Path file : files(folder)) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(base64());
    }
  }

  @Test
  void what_was_captured_is_wiped_when_it_is_saved() {
    Capture capture = capture("a");
    byte[] held = content(capture, CONF);
    open().save("gw1", capture, "r");
    assertThat(held).containsOnly(0);
  }

  @Test
  void savers_side_by_side_lose_nothing() throws Exception {
    List<Future<Saved>> saves = new ArrayList<>();
    Vault one = open();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 12)
          .forEach(number ->
              saves.add(
                  threads.submit(
                      () -> one.save("gw" + number, capture("n" + number), "together"))));
    }
    for (Future<Saved> save : saves) {
      assertThat(save.get().committed()).isTrue();
    }
    assertThat(one.list()).extracting(Snapshot::gateway).doesNotHaveDuplicates().hasSize(12);
    run("git", "-C", place.repository().toString(), "fsck", "--strict");
  }

  @Test
  void
      pitfall_38_after_a_rekey_the_new_recipient_reads_the_newest_state_and_the_old_one_only_older_ones()
          throws Exception {
    Vault vault = open();
    String old = vault.save("gw1", capture("a"), "r").snapshot().commit();
    vault.save("gw2", capture("b"), "r");
    Path theirs = folder.resolve("theirs");
    run("age-keygen", "-o", theirs.toString());
    String recipient = text(run("age-keygen", "-y", theirs.toString()));
    String ours =
        text(run("age-keygen", "-y", folder.resolve(".backstay/vault-identity").toString()));

    Rekeyed done = vault.rekey(List.of(recipient), List.of(ours), identity.orElseThrow());

    assertThat(done.files()).isEqualTo(4);
    assertThat(done.recipients()).containsExactly(recipient);
    for (String gateway : List.of("gw1", "gw2")) {
      assertThat(vault.verify("main", gateway, Optional.of(Identity.read(theirs))))
          .isInstanceOf(ReadBack.Decrypted.class);
      refused(() -> vault.verify("main", gateway, identity))
          .satisfies(error -> codes(error).containsOnly("identity-wrong"));
    }
    assertThat(vault.verify(old, "gw1", identity)).isInstanceOf(ReadBack.Decrypted.class);
    Path clone = folder.resolve("clone");
    run("git", "clone", "-q", place.repository().toString(), clone.toString());
    String file = clone.resolve("gateways/gw1/files/" + CONF + ".age").toString();
    assertThat(run("age", "-d", "-i", theirs.toString(), file)).isEqualTo(configuration());
    assertThat(vault.save("gw1", capture("a"), "again").committed()).isFalse();
  }

  @Test
  void a_rekey_that_would_leave_nobody_or_cannot_read_changes_nothing() throws Exception {
    Vault vault = open();
    vault.save("gw1", capture("a"), "r");
    String before = text(run("git", "-C", place.repository().toString(), "rev-parse", "main"));
    String ours =
        text(run("age-keygen", "-y", folder.resolve(".backstay/vault-identity").toString()));
    Path other = folder.resolve("other");
    run("age-keygen", "-o", other.toString());
    String theirs = text(run("age-keygen", "-y", other.toString()));

    refused(() -> vault.rekey(List.of(), List.of(ours), identity.orElseThrow()))
        .satisfies(error -> codes(error).containsExactly("recipient-invalid"));
    refused(() -> vault.rekey(List.of(), List.of(theirs), identity.orElseThrow()))
        .satisfies(error -> codes(error).containsExactly("recipient-invalid"));
    refused(() -> vault.rekey(List.of(theirs), List.of(), Identity.read(other)))
        .satisfies(error -> codes(error).containsOnly("identity-wrong"));
    assertThat(text(run("git", "-C", place.repository().toString(), "rev-parse", "main")))
        .isEqualTo(before);
  }

  @Test
  void a_vault_is_never_made_over_another() {
    refused(() ->
            Vault.init(
                place,
                new Keyholders.NewIdentity(folder.resolve("second")),
                Clock.systemUTC(),
                random))
        .satisfies(error -> codes(error).contains("vault-not-empty"));
    assertThat(folder.resolve("second")).doesNotExist();
  }

  @Test
  void a_whole_snapshot_comes_back_in_clear_with_modes_and_owners() {
    Vault vault = open();
    String commit = vault.save("gw1", capture("a"), "r").snapshot().commit();
    try (Capture back = vault.read(commit, "gw1", identity.orElseThrow())) {
      assertThat(content(back, CONF)).isEqualTo(configuration());
      assertThat(back.files().values())
          .extracting(CapturedFile::mode, CapturedFile::owner)
          .containsOnly(Tuple.tuple(0600, "root:root"));
    }
  }

  @Test
  void a_private_key_that_does_not_make_the_public_key_it_stands_under_is_told() throws Exception {
    String key = Programs.run("wg", "genkey").strip();
    String known = publicOf(key);
    Vault vault = open();
    String right = vault.save("gw1", captureOfKey(known, key), "right").snapshot().commit();
    assertThat(vault.verify(right, "gw1", identity)).isInstanceOf(ReadBack.Decrypted.class);
    String other = Programs.run("wg", "genkey").strip();
    String wrong = vault.save("gw1", captureOfKey(known, other), "wrong").snapshot().commit();
    refused(() -> vault.verify(wrong, "gw1", identity))
        .hasMessageContaining("it makes " + publicOf(other))
        .satisfies(error -> codes(error).containsOnly("key-mismatch"));
    refused(() -> vault.read(wrong, "gw1", identity.orElseThrow()));
  }

  @Test
  void a_sample_of_a_gateway_with_interfaces_is_no_snapshot_without_keys() {
    String key = Programs.run("wg", "genkey").strip();
    Capture whole = captureOfKey(publicOf(key), key);
    SortedMap<String, CapturedFile> files = new TreeMap<>(whole.files());
    files.put(CONF, new CapturedFile(SecretBytes.owning(configuration()), 0600, "root:root"));
    Vault vault = open();
    vault.save("gw1", new Capture(Instant.now(), files, whole.facts()), "r");
    assertThat(vault.verifySample(2, 1, identity).files()).isEqualTo(2);
  }

  @Test
  void an_interface_without_its_private_key_in_the_snapshot_is_told() {
    Vault vault = open();
    Capture without = capture("a");
    Facts facts =
        new Facts(
            "6.1.0",
            new TreeMap<>(),
            new TreeSet<>(),
            "",
            new TreeMap<>(Map.of("wg0", publicOf(Programs.run("wg", "genkey").strip()))),
            new TreeMap<>());
    String commit =
        vault
            .save("gw1", new Capture(Instant.now(), without.files(), facts), "r")
            .snapshot()
            .commit();
    refused(() -> vault.verify(commit, "gw1", identity))
        .hasMessageContaining("interface wg0 is known by it");
  }

  @Test
  void a_live_gateway_is_compared_without_decrypting_anything() {
    Vault vault = open();
    String commit = vault.save("gw1", capture("a"), "r").snapshot().commit();
    try (Capture same = capture("a");
        Capture other = capture("bc")) {
      assertThat(vault.compare(commit, "gw1", same)).isEmpty();
      assertThat(vault.compare(commit, "gw1", other))
          .containsExactly(new FileChange(ROUTES, FileChange.Kind.CHANGED, 1, 2));
    }
  }

  private Capture captureOfKey(String publicKey, String privateKey) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    byte[] text = (privateKey + "\n").getBytes(StandardCharsets.US_ASCII);
    files.put(
        "keys/" + publicKey.replace('/', '_').replace('+', '-') + ".private",
        new CapturedFile(SecretBytes.owning(text), 0600, "root:root"));
    Facts facts =
        new Facts(
            "6.1.0",
            new TreeMap<>(),
            new TreeSet<>(),
            "",
            new TreeMap<>(Map.of("wg0", publicKey)),
            new TreeMap<>());
    return new Capture(Instant.now(), files, facts);
  }

  private static String publicOf(String key) {
    return Programs.run("sh", "-c", "printf %s \"$1\" | wg pubkey", "sh", key).strip();
  }

  private Vault open() {
    return Vault.open(place, Clock.systemUTC(), random);
  }

  private String base64() {
    return Base64.getEncoder().encodeToString(secret);
  }

  private byte[] configuration() {
    return ("[Interface]\nPrivateKey = " + base64() + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private Capture capture(String routes) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    files.put(CONF, new CapturedFile(SecretBytes.owning(configuration()), 0600, "root:root"));
    files.put(
        ROUTES,
        new CapturedFile(
            SecretBytes.owning(routes.getBytes(StandardCharsets.US_ASCII)), 0600, "root:root"));
    return new Capture(Instant.now(), files, Facts.ofKernel("6.1.0"));
  }

  private static byte[] content(Capture capture, String path) {
    return Optional.ofNullable(capture.files().get(path)).orElseThrow().content().bytes();
  }

  /** The loose object of an encrypted file of gw1. */
  private Path object(String path) throws Exception {
    String id =
        text(
            run(
                "git",
                "-C",
                place.repository().toString(),
                "rev-parse",
                "main:gateways/gw1/files/" + path + ".age"));
    return place
        .repository()
        .resolve("objects")
        .resolve(id.substring(0, 2))
        .resolve(id.substring(2));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(ProblemException.class);
  }

  private static org.assertj.core.api.ListAssert<String> codes(Throwable error) {
    return assertThat(
        ((ProblemException) error).problems().stream().map(problem -> problem.code()).toList());
  }

  private static List<Path> files(Path top) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return found.stream().sorted().toList();
  }

  private byte[] run(String... command) throws Exception {
    Path error = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(error.toFile());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(error)).isZero();
    return output;
  }

  private static String text(byte[] output) {
    return new String(output, StandardCharsets.UTF_8).strip();
  }
}
