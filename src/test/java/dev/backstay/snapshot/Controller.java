package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ListAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/** A working directory with a vault and keys of its own, and a clock that tests set. */
final class Controller {
  private static final Instant BEGINNING = Instant.parse("2026-01-05T08:00:00Z");

  private final Path folder;
  private final VaultPlace place;
  private Instant now = BEGINNING;
  private @Nullable Vault vault;
  private final List<Vault> opened = new ArrayList<>();
  private final List<Controller> others = new ArrayList<>();

  private Controller(Path folder) {
    this.folder = folder;
    this.place = VaultPlace.in(folder);
  }

  /** For fields that a test sets before it begins. */
  static Controller none() {
    return new Controller();
  }

  private Controller() {
    this.folder = Path.of("");
    this.place = VaultPlace.in(folder);
  }

  static Controller made(Path folder) {
    make(folder);
    Path identity = folder.resolve(".backstay/vault-identity");
    Vault.init(
        VaultPlace.in(folder),
        new Keyholders.NewIdentity(identity),
        at(BEGINNING),
        new SecureRandom());
    return new Controller(folder);
  }

  /** Another one of the same vault, with a signing key of its own; both believe each other. */
  Controller second(Path other) {
    make(other.resolve(".backstay"));
    VaultPlace theirs = VaultPlace.in(other);
    git("clone", "-q", "--bare", place.repository().toString(), theirs.repository().toString());
    run("git", "-C", theirs.repository().toString(), "remote", "remove", "origin");
    try {
      Files.copy(identityFile(), other.resolve(".backstay/vault-identity"));
      Files.copy(place.digestKey(), theirs.digestKey());
      SigningKey key = SigningKey.create(theirs.signingKey(), new SecureRandom());
      String both =
          Files.readString(place.allowedSigners())
              + AllowedSigners.lineOf(key)
                  .replaceFirst("^backstay", other.getFileName().toString());
      Files.writeString(place.allowedSigners(), both);
      Files.writeString(theirs.allowedSigners(), both);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Controller second = new Controller(other);
    others.add(second);
    return second;
  }

  /** Waits until nobody pushes any more, here or there: folders that are removed must be quiet. */
  void settle() {
    opened.forEach(one -> assertThat(one.settle(Duration.ofSeconds(60))).isTrue());
    others.forEach(Controller::settle);
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }

  /** Opened again, as the next command does. */
  Vault open() {
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    Vault fresh = Vault.open(place, clock, new SecureRandom());
    opened.add(fresh);
    vault = fresh;
    return fresh;
  }

  Vault vault() {
    Vault newest = vault;
    return newest == null ? open() : newest;
  }

  VaultPlace place() {
    return place;
  }

  Path folder() {
    return folder;
  }

  Path identityFile() {
    return folder.resolve(".backstay/vault-identity");
  }

  Optional<Identity> identity() {
    return Optional.of(Identity.read(identityFile()));
  }

  Instant now() {
    return now;
  }

  Controller at(String time) {
    now = Instant.parse(time);
    return this;
  }

  Controller later(Duration passed) {
    now = now.plus(passed);
    return this;
  }

  /** Saves a gateway whose only file holds this text, read from it now; returns the commit. */
  String save(String gateway, String text) {
    return save(gateway, Map.of("etc/wireguard/wg0.conf", text));
  }

  String save(String gateway, Map<String, String> texts) {
    return vault().save(gateway, capture(now, texts), "test").snapshot().commit();
  }

  static Capture capture(Instant takenAt, Map<String, String> texts) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    texts.forEach((path, text) ->
        files.put(
            path,
            new CapturedFile(
                SecretBytes.owning(text.getBytes(StandardCharsets.UTF_8)), 0600, "root:root")));
    return new Capture(takenAt, files, Facts.ofKernel("6.1.0"));
  }

  /** What age makes of a gateway's file at a commit. */
  String plain(String gateway, String commit) {
    Path copy = folder.resolve("copy.age");
    try {
      Process show =
          new ProcessBuilder(
                  "git",
                  "-C",
                  place.repository().toString(),
                  "cat-file",
                  "blob",
                  commit + ":gateways/" + gateway + "/files/etc/wireguard/wg0.conf.age")
              .redirectOutput(copy.toFile())
              .start();
      assertThat(show.waitFor()).isZero();
      return run("age", "-d", "-i", identityFile().toString(), copy.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String tip() {
    return git("rev-parse", "main");
  }

  /** Runs git on the vault's repository. */
  String git(String... words) {
    List<String> command = new ArrayList<>(List.of("git", "-C", place.repository().toString()));
    command.addAll(List.of(words));
    return run(command.toArray(String[]::new));
  }

  static String run(String... command) {
    return Programs.run(command).strip();
  }

  static Path emptyRemote(Path path) {
    run("git", "init", "-q", "--bare", "--initial-branch=main", path.toString());
    return path;
  }

  Synced remote(Path path) {
    return vault().setRemote(path.toString(), Optional.empty(), Optional.empty());
  }

  /** A commit on main that nobody signed. */
  String unsigned() {
    String commit =
        git(
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example.net",
            "commit-tree",
            "-p",
            "main",
            "-m",
            "gw1: forged",
            "main^{tree}");
    git("update-ref", "refs/heads/main", commit);
    return commit;
  }

  /** A commit on main with what is there, signed by this controller without a look at it. */
  String signOver(String message) {
    try (VaultRepository repository = VaultRepository.open(place.repository());
        ObjectInserter inserter = repository.inserter()) {
      ObjectId tip = repository.tip();
      ObjectId commit =
          new WriteCommit(SigningKey.read(place.signingKey()), at(now))
              .write(VaultTree.of(repository, tip), tip, message, inserter);
      assertThat(repository.publish(tip, commit)).isTrue();
      return commit.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with another tree. */
  void signTree(String tree, String message) {
    String plain =
        git("-c", "user.name=x", "-c", "user.email=x@example.net", "commit-tree", "-m", "x", tree);
    try (VaultRepository repository = VaultRepository.open(place.repository());
        ObjectInserter inserter = repository.inserter()) {
      ObjectId tip = repository.tip();
      VaultTree other = VaultTree.of(repository, ObjectId.fromString(plain));
      ObjectId commit =
          new WriteCommit(SigningKey.read(place.signingKey()), at(now))
              .write(other, tip, message, inserter);
      assertThat(repository.publish(tip, commit)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As if this had been seen last at the tip of main. */
  void remember(String commit) {
    try {
      Files.writeString(place.head(), commit + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The codes of the problems that a call is refused with. */
  static ListAssert<String> refused(ThrowingCallable call) {
    List<String> codes = new ArrayList<>();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> refusal.problems().stream().map(Problem::code).forEach(codes::add));
    return assertThat(codes);
  }
}
