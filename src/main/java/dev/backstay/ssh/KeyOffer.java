package dev.backstay.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.auth.pubkey.PublicKeyAuthenticationReporter;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * The keys of one dial: what the identity files hold, what was offered, and what could not be. Only
 * fingerprints and paths ever leave it. Thread-safe.
 */
final class KeyOffer implements PublicKeyAuthenticationReporter {
  private record Held(KeyPair pair, Path file) {}

  private record Locked(Path file, Optional<PublicKey> key) {}

  private final List<Held> held = new ArrayList<>();
  private final List<Locked> locked = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<String> offered = new LinkedHashSet<>();
  private final List<PublicKey> inAgent = new ArrayList<>();

  static KeyOffer read(List<Path> identities) {
    KeyOffer offer = new KeyOffer();
    identities.forEach(offer::load);
    return offer;
  }

  private void load(Path file) {
    AtomicBoolean asked = new AtomicBoolean();
    try (InputStream in = Files.newInputStream(file)) {
      Iterable<KeyPair> pairs =
          SecurityUtils.loadKeyPairIdentities(
              null,
              new PathResource(file),
              in,
              (session, resource, attempt) -> {
                asked.set(true);
                return null;
              });
      if (pairs == null) {
        note(file + " holds no private key");
        return;
      }
      for (KeyPair pair : pairs) {
        certificate(file)
            .ifPresent(key -> held.add(new Held(new KeyPair(key, pair.getPrivate()), file)));
        held.add(new Held(pair, file));
      }
    } catch (NoSuchFileException e) {
      note(file + " does not exist");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (asked.get()) {
        locked.add(new Locked(file, publicKey(Path.of(file + ".pub"))));
      } else {
        // The library's message may quote the file: say only that it failed.
        note(file + " cannot be read as a private key");
      }
    }
  }

  private static Optional<PublicKey> certificate(Path file) {
    return publicKey(Path.of(file + "-cert.pub")).filter(OpenSshCertificate.class::isInstance);
  }

  private static Optional<PublicKey> publicKey(Path file) {
    try {
      for (AuthorizedKeyEntry entry : AuthorizedKeyEntry.readAuthorizedKeys(file)) {
        return Optional.ofNullable(entry.resolvePublicKey(null, PublicKeyEntryResolver.IGNORING));
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  KeyIdentityProvider provider() {
    return KeyIdentityProvider.wrapKeyPairs(held.stream().map(Held::pair).toList());
  }

  /** Whether one of the identity files is the file of this key. */
  boolean names(PublicKey key) {
    return held.stream().anyMatch(h -> KeyUtils.compareKeys(h.pair().getPublic(), key))
        || locked.stream().flatMap(l -> l.key().stream()).anyMatch(k -> same(k, key));
  }

  private static boolean same(PublicKey one, PublicKey other) {
    return KeyUtils.compareKeys(one, other);
  }

  synchronized void heldByAgent(PublicKey key) {
    inAgent.add(key);
  }

  synchronized void note(String sentence) {
    notes.add(sentence);
  }

  @Override
  public synchronized void signalAuthenticationAttempt(
      ClientSession session, String service, KeyPair pair, String algorithm) {
    String from =
        held.stream()
            .filter(h -> h.pair() == pair)
            .map(h -> h.file().toString())
            .findFirst()
            .orElse("agent");
    offered.add(HostKeys.fingerprint(pair.getPublic()) + " (" + from + ")");
  }

  /** What was offered and what stood in the way, as the end of a sentence. */
  synchronized String report() {
    List<String> parts = new ArrayList<>();
    parts.add(
        offered.isEmpty()
            ? "there was no key to offer"
            : "offered " + (offered.size() == 1 ? "was " : "were ") + String.join(", ", offered));
    lockedOut().forEach(file -> parts.add(file + " is encrypted and could not be used"));
    parts.addAll(notes);
    return String.join("; ", parts);
  }

  /** Encrypted key files whose key the agent does not hold either. */
  synchronized List<Path> lockedOut() {
    return locked.stream()
        .filter(l -> l.key().stream().noneMatch(k -> inAgent.stream().anyMatch(a -> same(a, k))))
        .map(Locked::file)
        .toList();
  }
}
