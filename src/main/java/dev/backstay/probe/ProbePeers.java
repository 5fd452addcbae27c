package dev.backstay.probe;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.backstay.problem.ProblemException;
import dev.backstay.wireguard.PublicKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The probe peers of a working directory: for each interface of a gateway a file that everybody may
 * read, and its private key, which whoever keeps it has encrypted. Safe for use by several threads
 * and processes.
 */
public final class ProbePeers {
  private static final String PEER = ".peer";
  private static final String KEY = ".key.age";
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;

  /**
   * @param folder is made when there is something to keep
   */
  public ProbePeers(Path folder) {
    this.folder = folder;
  }

  /**
   * By interface.
   *
   * @throws ProblemException {@code probe-peer-unreadable}
   */
  public List<ProbePeer> of(String gateway) {
    Path own = folder.resolve(gateway);
    if (!Files.isDirectory(own)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(own)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(PEER))
          .map(ProbePeers::read)
          .sorted(Comparator.comparing(ProbePeer::network))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those peers of a gateway that are no clients. */
  public Set<PublicKey> keys(String gateway) {
    return of(gateway).stream().map(ProbePeer::key).collect(Collectors.toSet());
  }

  /**
   * Takes the place of one that this interface had before.
   *
   * @param sealed its private key, encrypted
   */
  public void keep(ProbePeer peer, byte[] sealed) {
    try {
      Files.createDirectories(folder.resolve(peer.gateway()), OWNERS_FOLDER);
      // The key first: a peer that is known can be used.
      write(file(peer, KEY), sealed);
      write(file(peer, PEER), peer.text().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The private key as it was kept. */
  public byte[] sealed(ProbePeer peer) {
    try {
      return Files.readAllBytes(file(peer, KEY));
    } catch (NoSuchFileException gone) {
      throw new ProblemException(
          "probe-key-gone",
          file(peer, KEY).toString(),
          "the private key of the probe peer of %s on %s is not there"
              .formatted(peer.network(), peer.gateway()),
          "make another one: backstay probe remove %1$s, then backstay probe setup %1$s"
              .formatted(peer.gateway()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void forget(ProbePeer peer) {
    try {
      Files.deleteIfExists(file(peer, PEER));
      Files.deleteIfExists(file(peer, KEY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where what belongs to a gateway lies. */
  public Path folder(String gateway) {
    return folder.resolve(gateway);
  }

  private Path file(ProbePeer peer, String suffix) {
    return folder.resolve(peer.gateway()).resolve(peer.network() + suffix);
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path half = Files.createTempFile(file.getParent(), ".new", "");
    Files.write(half, content);
    try (FileChannel written = FileChannel.open(half, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(half, file, REPLACE_EXISTING, ATOMIC_MOVE);
  }

  private static ProbePeer read(Path file) {
    try {
      return ProbePeer.read(Files.readString(file))
          .orElseThrow(() ->
              new ProblemException(
                  "probe-peer-unreadable",
                  file.toString(),
                  "this is no probe peer that this version can read",
                  "remove the file, then make one: backstay probe setup GATEWAY"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
