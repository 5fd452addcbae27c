package dev.backstay.simulation;

import dev.backstay.ssh.Target;
import dev.backstay.testing.SshKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;

/** A simulated gateway behind a real SSH server, in this process and in real time. */
final class SimulatedSshd implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  private final Machine machine;
  private final SshServer server = SshServer.setUpDefaultServer();
  private final Path userKey;
  private final Path knownHosts;

  SimulatedSshd(Machine machine, Path folder) {
    this.machine = machine;
    Path hostKey = SshKeys.generate(folder.resolve("host"));
    this.userKey = SshKeys.generate(folder.resolve("user"));
    this.knownHosts = folder.resolve("known_hosts");
    server.setHost(ADDRESS);
    server.setKeyPairProvider(new FileKeyPairProvider(hostKey));
    server.setPublickeyAuthenticator(SimulatedSshd::anybody);
    server.setCommandFactory((channel, line) -> new Running(line));
    try {
      server.start();
      String[] key = Files.readString(SshKeys.publicHalf(hostKey)).split(" ");
      Files.writeString(
          knownHosts, "[%s]:%d %s %s%n".formatted(ADDRESS, server.getPort(), key[0], key[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean anybody(String user, PublicKey key, ServerSession session) {
    return true;
  }

  Target target() {
    return new Target(
        machine.name, ADDRESS, server.getPort(), "root", List.of(userKey), knownHosts, List.of());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One channel. */
  private final class Running implements Command {
    private final String line;
    private InputStream input = InputStream.nullInputStream();
    private OutputStream output = OutputStream.nullOutputStream();
    private OutputStream error = OutputStream.nullOutputStream();
    private ExitCallback ended = (status, message, closeImmediately) -> {};
    private volatile boolean closed;

    Running(String line) {
      this.line = line;
    }

    @Override
    public void setInputStream(InputStream in) {
      input = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
      output = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
      error = err;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
      ended = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      try {
        if (line.contains(" observe ")) {
          observe();
          ended.onExit(0);
          return;
        }
        byte[] bytes = IoUtils.toByteArray(input);
        List<Answer> answers = new ArrayList<>();
        machine.alone(() -> answers.add(new Programs(machine).run(line, bytes)));
        Answer said = answers.getFirst();
        output.write(said.output().getBytes(StandardCharsets.UTF_8));
        output.flush();
        error.write(said.error().getBytes(StandardCharsets.UTF_8));
        error.flush();
        ended.onExit(said.status());
      } catch (IOException gone) {
        ended.onExit(1);
      }
    }

    private void observe() {
      machine.alone(() -> {
        Machine.Job job = machine.new Job("observe");
        Observer observer = new Observer(machine);
        try {
          while (!closed) {
            output.write((observer.line() + "\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
            job.pause(1);
          }
        } catch (IOException gone) {
          // Nobody listens any more.
        }
      });
    }

    @Override
    public void destroy(ChannelSession channel) {
      closed = true;
    }
  }
}
