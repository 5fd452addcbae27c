package dev.backstay.ssh;

import dev.backstay.problem.Problem;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.config.hosts.HostPatternsHolder;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.signature.Signature;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the key of one host on one dial against a known_hosts file, and says what is wrong if it
 * refuses. Nothing is ever accepted that the file does not hold, and the file is never written.
 *
 * <p>The library decides (hashed names, {@code @revoked}, {@code @cert-authority}); this class
 * remembers line numbers, and narrows the library in one point: it looks up the name the operator
 * wrote and nothing else. The library would also accept the key of any entry for the address that
 * the name happens to resolve to, so whoever answers DNS could pass one known host off as another.
 */
final class HostKeys extends KnownHostsServerKeyVerifier {
  private static final String CERTIFICATE = "-cert-v01@openssh.com";

  private final Endpoint endpoint;
  private final Path file;
  private final Map<KnownHostEntry, Integer> lines = new IdentityHashMap<>();
  private final List<HostEntryPair> entries = new ArrayList<>();
  private volatile @Nullable Problem problem;

  /**
   * @throws IOException if the file is there and cannot be read
   */
  static HostKeys read(Endpoint endpoint, KnownHostsFile.Reader files) throws IOException {
    HostKeys keys = new HostKeys(endpoint);
    for (KnownHostsFile.Line line : files.read(endpoint.knownHosts()).about(endpoint.host())) {
      keys.load(line.number(), line.text());
    }
    return keys;
  }

  private HostKeys(Endpoint endpoint) {
    super(RejectAllServerKeyVerifier.INSTANCE, endpoint.knownHosts());
    this.endpoint = endpoint;
    this.file = endpoint.knownHosts();
  }

  /**
   * A line that cannot be read is skipped, as OpenSSH does: it can only make a host unknown. Not so
   * a revocation: skipping that would let in what it keeps out.
   */
  private void load(int number, String line) throws IOException {
    boolean revocation = line.startsWith("@revoked");
    try {
      KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(line);
      if (!revocation && !matches(entry)) {
        return;
      }
      PublicKey key = resolveHostKey(null, entry, getFallbackPublicKeyEntryResolver());
      if (key != null) {
        lines.put(entry, number);
        entries.add(new HostEntryPair(entry, key));
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (revocation) {
        throw new IOException("line " + number + " revokes something and cannot be read", e);
      }
      log.debug("{}:{}: not a known_hosts line that can be used", file, number, e);
    }
  }

  /** Why the key was refused; empty as long as none was. */
  Optional<Problem> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Signature algorithms with those first whose keys the file holds for this host, as OpenSSH does:
   * otherwise a host known by its RSA key alone would show another one and seem changed.
   */
  List<NamedFactory<Signature>> preferKnown(List<NamedFactory<Signature>> algorithms) {
    Set<String> known = new HashSet<>();
    boolean authority = false;
    for (HostEntryPair match : matches()) {
      String marker = String.valueOf(match.getHostEntry().getMarker());
      authority |= marker.equals("cert-authority");
      if (marker.equals("null") || marker.isEmpty()) {
        known.add(KeyUtils.getKeyType(match.getServerKey()));
      }
    }
    boolean certificates = authority;
    return algorithms.stream()
        .sorted(
            Comparator.comparingInt(algorithm -> {
              String name = algorithm.getName();
              if (name.endsWith(CERTIFICATE)) {
                return certificates ? 0 : 3;
              }
              return known.contains(KeyUtils.getCanonicalKeyType(name)) ? 1 : 2;
            }))
        .toList();
  }

  private List<HostEntryPair> matches() {
    return entries.stream().filter(pair -> matches(pair.getHostEntry())).toList();
  }

  /**
   * The library compares patterns with host and port apart, OpenSSH with {@code [host]:port} as a
   * whole; only the latter lets {@code @revoked *} hold for every port.
   */
  private boolean matches(KnownHostEntry entry) {
    String host = endpoint.host().toLowerCase(Locale.ROOT);
    return entry.isHostMatch(host, endpoint.port())
        || HostPatternsHolder.isHostMatch(endpoint.knownHostsName(), 22, entry.getPatterns());
  }

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey key) {
    boolean accepted = acceptKnownHostEntries(session, remote, key, entries);
    if (!accepted && problem == null) {
      problem = unknown(key);
    }
    return accepted;
  }

  @Override
  protected List<HostEntryPair> findKnownHostEntries(
      ClientSession session, SocketAddress remote, Collection<HostEntryPair> known) {
    return matches();
  }

  @Override
  protected boolean acceptUnknownHostKey(
      ClientSession session, SocketAddress remote, PublicKey key) {
    problem = unknown(key);
    return false;
  }

  @Override
  public boolean acceptModifiedServerKey(
      ClientSession session,
      SocketAddress remote,
      KnownHostEntry entry,
      PublicKey expected,
      PublicKey actual) {
    problem =
        new Problem(
            "host-key-changed",
            endpoint.name(),
            "the host key of "
                + endpoint.address()
                + " has changed: "
                + file
                + ":"
                + lines.get(entry)
                + " holds "
                + fingerprint(expected)
                + ", the server shows "
                + fingerprint(actual)
                + ".",
            "either the host was installed anew, or somebody is between you and it. Ask whoever"
                + " runs it for the new fingerprint over another way; only if it is the one"
                + " above, replace that line.");
    return false;
  }

  @Override
  protected void handleRevokedKey(ClientSession session, SocketAddress remote, PublicKey key) {
    problem =
        new Problem(
            "host-key-changed",
            endpoint.name(),
            endpoint.address()
                + " shows the key "
                + fingerprint(key)
                + ", which "
                + file
                + " marks as @revoked.",
            "do not connect: a revoked key may be in somebody else's hands. Give the host a new"
                + " key.");
  }

  private Problem unknown(PublicKey shown) {
    boolean certified = shown instanceof OpenSshCertificate;
    PublicKey key = shown instanceof OpenSshCertificate c ? c.getCaPubKey() : shown;
    String line =
        (certified ? "@cert-authority " : "")
            + endpoint.knownHostsName()
            + " "
            + PublicKeyEntry.toString(key);
    return new Problem(
        "host-key-unknown",
        endpoint.name(),
        "the host key of " + endpoint.address() + " is not in " + file + ".",
        "its fingerprint is "
            + fingerprint(key)
            + (certified ? " (the authority that signed it)" : "")
            + ". Compare it with the one read on the host itself (ssh-keygen -lf"
            + " /etc/ssh/ssh_host_ed25519_key.pub), and only if they are equal add this line:\n"
            + line);
  }

  static String fingerprint(PublicKey key) {
    return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
  }
}
