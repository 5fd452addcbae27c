package dev.backstay.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.KeySetPublickeyAuthenticator;
import org.apache.sshd.server.command.AbstractCommandSupport;

/**
 * An SSH server in this process, on loopback, that says the same whatever it is asked and runs
 * nothing: something to connect to where the way to a gateway is to be gone once, without one. Only
 * a key that is made with it opens it.
 */
public final class PracticeHost implements AutoCloseable {
  private final SshServer server;
  private final Path identity;
  private final Path knownHosts;

  private PracticeHost(SshServer server, Path identity, Path knownHosts) {
    this.server = server;
    this.identity = identity;
    this.knownHosts = knownHosts;
  }

  /**
   * @param folder where its key for clients and its known_hosts go
   * @param answer to every command, on standard output
   */
  public static PracticeHost start(Path folder, String answer) throws IOException {
    try {
      KeyPair host = ed25519();
      KeyPair client = ed25519();
      SshServer server = SshServer.setUpDefaultServer();
      server.setHost("127.0.0.1");
      server.setKeyPairProvider(KeyPairProvider.wrap(host));
      server.setPublickeyAuthenticator(
          new KeySetPublickeyAuthenticator("practice", List.of(client.getPublic())));
      server.setCommandFactory((channel, line) -> new Saying(line, answer));
      server.start();
      Path identity = folder.resolve("practice_key");
      try (OutputStream out = Files.newOutputStream(identity)) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(client, "practice", null, out);
      }
      Path knownHosts = folder.resolve("practice_known_hosts");
      Files.writeString(
          knownHosts,
          "[127.0.0.1]:%d %s%n"
              .formatted(server.getPort(), PublicKeyEntry.toString(host.getPublic())));
      return new PracticeHost(server, identity, knownHosts);
    } catch (GeneralSecurityException e) {
      throw new IOException("this JVM makes no key for SSH", e);
    }
  }

  private static KeyPair ed25519() throws GeneralSecurityException {
    return SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
  }

  public int port() {
    return server.getPort();
  }

  /** The private key file that opens it. */
  public Path identity() {
    return identity;
  }

  public Path knownHosts() {
    return knownHosts;
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Saying extends AbstractCommandSupport {
    private final String answer;

    Saying(String line, String answer) {
      super(line, null);
      this.answer = answer;
    }

    @Override
    public void run() {
      try {
        getInputStream().readAllBytes();
        getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        getOutputStream().flush();
        onExit(0);
      } catch (IOException e) {
        onExit(1);
      }
    }
  }
}
