package dev.backstay.transaction;

import dev.backstay.change.Restoration;
import dev.backstay.change.Restoration.PutFile;
import dev.backstay.change.Restoration.Restart;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.CapturedFile;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.Tarball;
import dev.backstay.wireguard.ConfigKeys;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What goes back onto a gateway from a snapshot, with its secret contents. Closing wipes them.
 *
 * <p>Files under {@code etc/} come back as they were; an interface whose file, key or peers differ
 * is made anew from its file and then gets the running configuration of the snapshot, which may
 * hold peers that the file does not. What the gateway has and the snapshot does not is left alone.
 */
public final class Restore implements AutoCloseable {
  private static final String CONFIGURATION = "etc/";
  private static final String WG_QUICK = "etc/wireguard/%s.conf";
  private static final String RUNNING = "running/%s.showconf";

  /** What of a snapshot goes back. */
  public enum Part {
    ALL,
    /** Private and preshared keys, into the configuration that the gateway has now. */
    KEYS,
    /** The configuration, with the keys that the gateway has now. */
    CONFIG
  }

  private final Restoration restoration;
  private final SortedMap<String, CapturedFile> contents;
  private final Map<String, InterfaceIdentity> expected;
  private final List<String> left;

  private Restore(
      Restoration restoration,
      SortedMap<String, CapturedFile> contents,
      Map<String, InterfaceIdentity> expected,
      List<String> left) {
    this.restoration = restoration;
    this.contents = contents;
    this.expected = Map.copyOf(expected);
    this.left = List.copyOf(left);
  }

  /**
   * @param gateway for messages
   * @param saved the snapshot; not closed
   * @param live what the gateway has now; not closed
   * @throws ProblemException {@code cannot-restore}: all that stands in the way
   */
  public static Restore between(
      String gateway, String commit, Capture saved, Capture live, Part part) {
    return new Making(gateway, saved, live, part).make(commit);
  }

  public Restoration restoration() {
    return restoration;
  }

  /** Files that the gateway has and the snapshot does not; they stay. */
  public List<String> left() {
    return left;
  }

  /** What the interfaces that are made anew must be like afterwards. */
  Map<String, InterfaceIdentity> expected() {
    return expected;
  }

  /** All contents in one archive, for the caller to wipe. */
  byte[] archive() {
    return Tarball.write(contents);
  }

  @Override
  public void close() {
    contents.values().forEach(file -> file.content().close());
  }

  /** Collects what goes back, and what stands in the way. */
  private static final class Making {
    private final String gateway;
    private final Capture saved;
    private final Capture live;
    private final Part part;
    private final SortedMap<String, CapturedFile> contents = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    Making(String gateway, Capture saved, Capture live, Part part) {
      this.gateway = gateway;
      this.saved = saved;
      this.live = live;
      this.part = part;
    }

    Restore make(String commit) {
      List<PutFile> files = new ArrayList<>();
      saved.files().keySet().stream()
          .filter(path -> path.startsWith(CONFIGURATION))
          .forEach(path -> file(path).ifPresent(files::add));
      Map<String, InterfaceIdentity> expected = new TreeMap<>();
      List<Restart> restarts = new ArrayList<>();
      saved
          .facts()
          .publicKeys()
          .forEach((name, key) ->
              restart(name, files)
                  .ifPresent(restart -> {
                    restarts.add(restart);
                    expected.put(name, identity(name, restart.publicKey()));
                  }));
      files.stream()
          .filter(file -> file.path().startsWith("etc/NetworkManager/"))
          .forEach(file ->
              problem(
                  file.path()
                      + " belongs to NetworkManager, and putting that back is not built yet",
                  "recover the file with git and age as the vault's README says"));
      if (!problems.isEmpty()) {
        contents.values().forEach(file -> file.content().close());
        throw new ProblemException(problems);
      }
      TreeSet<String> left = new TreeSet<>(live.files().keySet());
      left.removeIf(path -> !path.startsWith(CONFIGURATION) || saved.files().containsKey(path));
      return new Restore(
          new Restoration(commit, files, restarts), contents, expected, List.copyOf(left));
    }

    /** A file that is to be written, because it is not there or is another one. */
    private Optional<PutFile> file(String path) {
      CapturedFile was = saved.files().get(path);
      Optional<CapturedFile> now = Optional.ofNullable(live.files().get(path));
      if (was == null || (part == Part.KEYS && now.isEmpty() && !isKey(was))) {
        return Optional.empty();
      }
      CapturedFile wanted = wanted(was, now);
      if (now.isPresent() && same(now.get(), wanted)) {
        wanted.content().close();
        return Optional.empty();
      }
      contents.put(path, wanted);
      return Optional.of(
          new PutFile(path, wanted.mode(), wanted.owner(), wanted.content().sha256()));
    }

    /** What is to stand there, as a copy of its own. */
    private CapturedFile wanted(CapturedFile was, Optional<CapturedFile> now) {
      return switch (part) {
        case ALL -> copy(was);
        case CONFIG ->
            now.map(live -> isKey(was) ? copy(live) : keysInto(was, live))
                .orElseGet(() -> copy(was));
        case KEYS ->
            now.map(live -> isKey(was) ? copy(was) : keysInto(live, was))
                .orElseGet(() -> copy(was));
      };
    }

    private Optional<Restart> restart(String name, List<PutFile> files) {
      String file = WG_QUICK.formatted(name);
      Optional<CapturedFile> running = running(name);
      boolean isThere = live.facts().publicKeys().containsKey(name);
      if (part == Part.KEYS && !isThere) {
        // Its keys alone do not make an interface.
        running.ifPresent(unused -> unused.content().close());
        return Optional.empty();
      }
      boolean fileChanges =
          files.stream().anyMatch(f -> f.path().equals(file) || networkdFile(f.path(), name));
      boolean stateChanges =
          running
              .map(was ->
                  !isThere
                      || !sameButEndpoints(
                          was, live.files().getOrDefault(RUNNING.formatted(name), was)))
              .orElse(false);
      if (!fileChanges && !stateChanges) {
        running.ifPresent(unused -> unused.content().close());
        return Optional.empty();
      }
      String how = saved.files().containsKey(file) ? "wg-quick" : "networkd";
      if (how.equals("networkd")
          && saved.files().keySet().stream().noneMatch(path -> networkdFile(path, name))) {
        problem(
            "interface %s was made by hand: no file in the snapshot starts it".formatted(name),
            "make it by hand again; its running configuration is running/%s.showconf"
                .formatted(name));
      }
      running.ifPresent(state -> contents.put(RUNNING.formatted(name), state));
      String key =
          part == Part.CONFIG && isThere
              ? live.facts().publicKeys().getOrDefault(name, "")
              : saved.facts().publicKeys().getOrDefault(name, "");
      return Optional.of(new Restart(name, how, key, enabled(name)));
    }

    /** The running configuration that the interface gets, as a copy of its own. */
    private Optional<CapturedFile> running(String name) {
      Optional<CapturedFile> was = Optional.ofNullable(saved.files().get(RUNNING.formatted(name)));
      Optional<CapturedFile> now = Optional.ofNullable(live.files().get(RUNNING.formatted(name)));
      return was.map(state -> wanted(state, now));
    }

    private boolean networkdFile(String path, String name) {
      CapturedFile file = saved.files().get(path);
      return path.startsWith("etc/systemd/network/")
          && path.endsWith(".netdev")
          && file != null
          && file.content().hasLine("Name=" + name);
    }

    private boolean enabled(String name) {
      return Optional.ofNullable(saved.files().get("system/enabled"))
          .map(units -> units.content().hasLine("wg-quick@%s.service".formatted(name)))
          .orElse(false);
    }

    private InterfaceIdentity identity(String name, String publicKey) {
      CapturedFile state = contents.get(RUNNING.formatted(name));
      if (state == null) {
        return new InterfaceIdentity(publicKey, 0, Set.of());
      }
      return state
          .content()
          .read(text -> {
            ConfigKeys keys = ConfigKeys.in(text);
            return new InterfaceIdentity(
                publicKey,
                keys.listenPort().orElse(0),
                keys.peers().stream().map(PublicKey::new).collect(Collectors.toSet()));
          });
    }

    private void problem(String what, String hint) {
      problems.add(new Problem("cannot-restore", gateway, what, hint));
    }
  }

  /** A file that holds one key and nothing else, such as PostUp or networkd may name. */
  private static boolean isKey(CapturedFile file) {
    Optional<PrivateKey> key = file.content().read(PrivateKey::parse);
    key.ifPresent(PrivateKey::close);
    return key.isPresent();
  }

  private static CapturedFile copy(CapturedFile file) {
    return new CapturedFile(file.content().copy(), file.mode(), file.owner());
  }

  /** One file with the keys of another. */
  private static CapturedFile keysInto(CapturedFile text, CapturedFile keys) {
    ConfigKeys into = text.content().read(ConfigKeys::in);
    ConfigKeys from = keys.content().read(ConfigKeys::in);
    return new CapturedFile(SecretBytes.owning(into.withKeysOf(from)), text.mode(), text.owner());
  }

  private static boolean same(CapturedFile a, CapturedFile b) {
    return a.mode() == b.mode() && a.owner().equals(b.owner()) && a.content().sameAs(b.content());
  }

  /** Clients move; that is no reason to make an interface anew. */
  private static boolean sameButEndpoints(CapturedFile a, CapturedFile b) {
    return a.content().lineDigests("Endpoint").equals(b.content().lineDigests("Endpoint"));
  }
}
