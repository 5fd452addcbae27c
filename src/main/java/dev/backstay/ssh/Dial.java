package dev.backstay.ssh;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open one connection: what it needs, and what is learnt on the way for the sentence
 * if it fails. Travels with the session as an attribute, because the library's hooks are one per
 * client while keys and known hosts differ per gateway.
 */
final class Dial {
  private static final AttributeKey<Dial> ATTRIBUTE = new AttributeKey<>();

  private final Endpoint endpoint;
  private final Optional<ClientSession> via;
  private final HostKeys hostKeys;
  private final KeyOffer keys;
  private volatile @Nullable String farewell;
  private volatile @Nullable Throwable trouble;

  /**
   * @param via the session through which the endpoint is reached; empty for a direct connection
   */
  Dial(Endpoint endpoint, Optional<ClientSession> via, KnownHostsFile.Reader knownHosts) {
    this.endpoint = endpoint;
    this.via = via;
    try {
      this.hostKeys = HostKeys.read(endpoint, knownHosts);
    } catch (IOException e) {
      throw new ProblemException(
          "host-key-unknown",
          endpoint.name(),
          "the known hosts in " + endpoint.knownHosts() + " cannot be read.",
          "mend the file, or let this account read it: " + e.getMessage());
    }
    this.keys = KeyOffer.read(endpoint.identities());
  }

  static Dial of(@Nullable Session session) {
    if (session instanceof ClientSession client) {
      Dial dial = client.getConnectionContext().getAttribute(ATTRIBUTE);
      if (dial != null) {
        return dial;
      }
    }
    throw new IllegalStateException("a session that no dial began");
  }

  /** The session to tunnel through, if the context belongs to a dial that has one. */
  static Optional<ClientSession> via(@Nullable AttributeRepository context) {
    Dial dial = context == null ? null : context.getAttribute(ATTRIBUTE);
    return dial == null ? Optional.empty() : dial.via;
  }

  AttributeRepository context() {
    return AttributeRepository.ofKeyValuePair(ATTRIBUTE, this);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  KeyOffer keys() {
    return keys;
  }

  Optional<Problem> hostKeyProblem() {
    return hostKeys.problem();
  }

  /** What the other side said when it hung up, or what broke; empty when neither is known. */
  Optional<String> lastWords() {
    String said = farewell;
    Throwable broke = trouble;
    if (said != null) {
      return Optional.of(said);
    }
    return Optional.ofNullable(broke).map(t -> Reasons.of(t));
  }

  /** Gives each new session what its dial carries, before the key exchange begins. */
  static final class Listener implements SessionListener {
    @Override
    public void sessionCreated(Session session) {
      if (session instanceof ClientSession client) {
        Dial dial = of(session);
        client.setServerKeyVerifier(dial.hostKeys);
        client.setSignatureFactories(dial.hostKeys.preferKnown(client.getSignatureFactories()));
        client.setPublicKeyAuthenticationReporter(dial.keys);
      }
    }

    @Override
    public void sessionDisconnect(
        Session session, int reason, String message, String language, boolean initiator) {
      if (!initiator) {
        of(session).farewell = message;
      }
    }

    @Override
    public void sessionException(Session session, Throwable t) {
      Dial dial = of(session);
      if (dial.trouble == null) {
        dial.trouble = t;
      }
    }
  }
}
